/* SPDX-License-Identifier: MIT */
/* tls_fixtures.h - a certificate and its key, for tests alone. */
static const char test_certificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBdTCCARugAwIBAgIUXr5GI7XKj+2mCvJ8SXEhgV6DsYowCgYIKoZIzj0EAwIw\n"
    "DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjcxNzExMjZaGA8yMTI2MTEwMzE3MTEy\n"
    "NlowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAbC\n"
    "8RCjLZTBR/2TTLpb6pRZV9dOHYTn0Pl7Iv/eKIHChrJc0iVgGlIe5QMjEzN6vxXl\n"
    "cQe9lEEwntoVKSnSSEijUzBRMB0GA1UdDgQWBBQEYOP0Pr7nKu6V7WNNS4HSkTBy\n"
    "HTAfBgNVHSMEGDAWgBQEYOP0Pr7nKu6V7WNNS4HSkTByHTAPBgNVHRMBAf8EBTAD\n"
    "AQH/MAoGCCqGSM49BAMCA0gAMEUCIC7DMHc0OyR0H88EKcX/AiIuRhX1J9uJIzve\n"
    "HNvVYtJKAiEAhj4oezm0xQylMCS7RkIRQWOturgXz4pSSdDC6lFSxDg=\n"
    "-----END CERTIFICATE-----\n";
static const char test_key[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgFTSvEA1cSY0mD9dB\n"
    "hoc98z6g15UkwQs1fT3N21PU102hRANCAAQGwvEQoy2UwUf9k0y6W+qUWVfXTh2E\n"
    "59D5eyL/3iiBwoayXNIlYBpSHuUDIxMzer8V5XEHvZRBMJ7aFSkp0khI\n"
    "-----END PRIVATE KEY-----\n";

/* Its names: DNS a.example and *.wild.example, IP 192.0.2.7, email; common name named.example. */
static const char named_certificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBwjCCAWigAwIBAgIUBSAMb8Wur0Nt0H7YIGpNZTatZlswCgYIKoZIzj0EAwIw\n"
    "GDEWMBQGA1UEAwwNbmFtZWQuZXhhbXBsZTAgFw0yNjExMjkwNjU5NTlaGA8yMTI2\n"
    "MTEwNTA2NTk1OVowGDEWMBQGA1UEAwwNbmFtZWQuZXhhbXBsZTBZMBMGByqGSM49\n"
    "AgEGCCqGSM49AwEHA0IABNhdAHoJGxvs5b2lsGgzv8yIphLstVX/ilgit2hre4Kf\n"
    "ecc30nXPMoCKOlmiCsYWU+jeqFXaPBFcGYiG5ygdjPejgY0wgYowHQYDVR0OBBYE\n"
    "FO0wchv3r8JWuosZ9xrUrldwtZ5SMB8GA1UdIwQYMBaAFO0wchv3r8JWuosZ9xrU\n"
    "rldwtZ5SMA8GA1UdEwEB/wQFMAMBAf8wNwYDVR0RBDAwLoIJYS5leGFtcGxlgg4q\n"
    "LndpbGQuZXhhbXBsZYcEwAACB4ELeEB5LmV4YW1wbGUwCgYIKoZIzj0EAwIDSAAw\n"
    "RQIgLi5hdBUVb4zJ0U9el4Bho5ov9qpLk31AWJ7ObtV61yoCIQC2nzkB091eZSmC\n"
    "MOjs2XALEqHeY9U0McjQ7zFezkT2qw==\n"
    "-----END CERTIFICATE-----\n";
static const char named_key[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg+RxwcKszbpYmSkYc\n"
    "xTMiraYlIl8k+JNTGztRknvTaVihRANCAATYXQB6CRsb7OW9pbBoM7/MiKYS7LVV\n"
    "/4pYIrdoa3uCn3nHN9J1zzKAijpZogrGFlPo3qhV2jwRXBmIhucoHYz3\n"
    "-----END PRIVATE KEY-----\n";

/* No alternative names; common name nobody.example. */
static const char nameless_certificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBiTCCAS+gAwIBAgIUOq0+tizXs4+x/Dj6jRb41hrhiEMwCgYIKoZIzj0EAwIw\n"
    "GTEXMBUGA1UEAwwObm9ib2R5LmV4YW1wbGUwIBcNMjYxMTI5MDY1OTU5WhgPMjEy\n"
    "NjExMDUwNjU5NTlaMBkxFzAVBgNVBAMMDm5vYm9keS5leGFtcGxlMFkwEwYHKoZI\n"
    "zj0CAQYIKoZIzj0DAQcDQgAE49rbVxWEdMruYU/c3LqGTmeegaQdT9J91XwUl1S3\n"
    "ZTaukto2NK3o42AmyVaMBrCVktZA1I3w5VKeCY/g515HFKNTMFEwHQYDVR0OBBYE\n"
    "FE8H/ENxjzF+f6x3Inamkw51gkY7MB8GA1UdIwQYMBaAFE8H/ENxjzF+f6x3Inam\n"
    "kw51gkY7MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgTCCkkzvU\n"
    "P4mnN6ya8LBMgrQUWvCmlVtWa3wBMlIPutMCIQD1AToKtEjJEIbYBfD0LNfxWkBd\n"
    "nKASudXDeuu20BnQyw==\n"
    "-----END CERTIFICATE-----\n";

/* RSA of 2048 bits. */
static const char rsa_certificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIDDzCCAfegAwIBAgIULsOsakBk9dzCDwuqXWWKCRBhVW8wDQYJKoZIhvcNAQEL\n"
    "BQAwFjEUMBIGA1UEAwwLcnNhLmV4YW1wbGUwIBcNMjYxMTI5MDcwMDAwWhgPMjEy\n"
    "NjExMDUwNzAwMDBaMBYxFDASBgNVBAMMC3JzYS5leGFtcGxlMIIBIjANBgkqhkiG\n"
    "9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxuVdvjtUueA3HSFTfxolc316Keg9WqQWe8Yr\n"
    "/MpepNvzKrHX+zvVtPr3/OSWVRG2mXsaZ8WPBxhXe5dKo2V5MeBmguqSSUwX6YQ2\n"
    "8ElhcuIndw0Fuv6Xc8CMZaIOVBUyYvwazdmBDk0+w5FnZd9lNcYMfZwCUY4Pb20K\n"
    "iNqqmb4OJBwlqABYqNRZ8vEFCp+lmPGqwoI6rj0APhnznYweQ9uOQDhF+9/8Q4Sx\n"
    "NVFrmVufkIMkAymMPnk5aYGKtviZh7kRMDZ3ItxbomYdrhSWjzE60aihjPC+yx6+\n"
    "e+TraCkZrNiql47AUKKtHqdqZ6/RC9tFukIy5CGnHIR+2ifzMQIDAQABo1MwUTAd\n"
    "BgNVHQ4EFgQU7nOaqgK4XSfv500FDCZ4PSlp8NkwHwYDVR0jBBgwFoAU7nOaqgK4\n"
    "XSfv500FDCZ4PSlp8NkwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOC\n"
    "AQEAY67S/I63TPEOgmworBfdb8aMl6GlQKWPX1msOerpW/pvdBGyds7iX4QRv7QI\n"
    "1FcuGHvGFlOXY+vY6eOFFax40/CobRWrneKsqVEYldilybEfoca3WLtqa6rKIeN2\n"
    "d1sMsuNoy8jgRgb9W9eQ5vE+JWhPfFDoI75smcW1IasaQxSFltKX8yAwnFznVHl3\n"
    "pk0VfhJ1QDQs5407+s9wiCud3yJfoTChoWZtSAWldAOy8k/mR/qAeZ0lCD/tP9jK\n"
    "oGSjR/J1IgSib7A3ej7WihT+y74CTvCIqciWYyQGPbAyhWK525PZDM0BxFtaau0/\n"
    "1UvnIRlSC1/1MEXz1XuBt91okQ==\n"
    "-----END CERTIFICATE-----\n";
static const char rsa_key[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDG5V2+O1S54Dcd\n"
    "IVN/GiVzfXop6D1apBZ7xiv8yl6k2/Mqsdf7O9W0+vf85JZVEbaZexpnxY8HGFd7\n"
    "l0qjZXkx4GaC6pJJTBfphDbwSWFy4id3DQW6/pdzwIxlog5UFTJi/BrN2YEOTT7D\n"
    "kWdl32U1xgx9nAJRjg9vbQqI2qqZvg4kHCWoAFio1Fny8QUKn6WY8arCgjquPQA+\n"
    "GfOdjB5D245AOEX73/xDhLE1UWuZW5+QgyQDKYw+eTlpgYq2+JmHuREwNnci3Fui\n"
    "Zh2uFJaPMTrRqKGM8L7LHr575OtoKRms2KqXjsBQoq0ep2pnr9EL20W6QjLkIacc\n"
    "hH7aJ/MxAgMBAAECggEAF+vrxa64nr+BGXOR6YpRQU3w5LvuLynnm1znGvkS/4SF\n"
    "v1eS+MBGUIVT0LqEezhNbDHCaAM6k9mhYfe9DiBs/mr1IV9Jl1+7y4XvnqBQxGK/\n"
    "aOHr08T9nbolmK6wRvwiqoWUSrhTfY8cUqS5GSdQcrJ+e5gJLlpl8Fqexv13wdRD\n"
    "1lBjp43sCUFmmjXFb78q5uwIOLFbaps4FOCQBt1y2+AWaaSsOOiuPdOGUAlau/1F\n"
    "an7Fhjko5b6FJfnbIYoMxVxGVeng1eWZuyiyqJHPLIFP2I5e/LRewuMG2u93ti/U\n"
    "5bUQoEhJYMFG4GmW1JXjKADL9We+4+0y8M9rQo4qUQKBgQDwqsQv6ZMDZktLBtD6\n"
    "o/SQekXf9fV3K6cGOXLRID2bxwfZBKExM9Q7ovuJ2rFDq1DL6TuoKqBXsvSOZ1Hs\n"
    "urwyu6GF4eYq2zAXK9mqV4CwTeZ8LsRT0OzFTusgbgTh7LX1d6VsbtvDBGXDhGjZ\n"
    "l+KHNgcjC1vrKs9e5WD433snqQKBgQDTkVI+rNRiBrBDjrsFZAasgVEukoZ5xRix\n"
    "0xIKD2sEpigyxOV6ujJ6RXVtSyDPFUigny2Qz4JbSUpCfo1pBFuSBTHrB1/rgLLE\n"
    "WmiiGQ6ok8ERJqoV2oA0QxZ394DncsbXvKznH3AJ9GugvXGOcXqGyr8+xzw1G8BW\n"
    "liyO3vMESQKBgHakeJr2FtdyMmQGNDebZBFlddT2t8/L4UccQxH9RuHouGGv+pb6\n"
    "6gGMU1yeRw0JA4fCrvo0KV+ShSU+ohCF7glEnlgWCRXPgGGr6F4lTPedL6bAl2CK\n"
    "em66fQc7tYR64SjlltNhw0zceh5sxBOg4LevVs1b6DCCpkAt7CREZ74hAoGADxoC\n"
    "auLfThf4IPphMyNOrqWUa+SdoLeG6bqNQRaUpwJNQEJ5tubvj3bByQlh0CZOxthV\n"
    "4k5NmcKDgHeUFHjxKF0ikQo3uJG5MPbbHSb4uuPBFj5SSbkNCa34Ppv2IY85zlBz\n"
    "bxP5ZVyDCjg7kNVcz55NRGfoTkoq0oNprtEPO7ECgYEAl8mFvIREo5FifM5x/1dZ\n"
    "4yVbwiOlIJpbpP6uCLyOS2nV3AGaY6To69YEsQ2Kz5Fpdq1P7tzjh5tcPQDfBvQp\n"
    "kyXvdWc6TUBrSanyr/YhPC3LMme5/qYzNhmSHZM+C2ppmpSZqaFoiaeQpcXOM9Uk\n"
    "6ZeNwJH38EXdj0VfIZjInfs=\n"
    "-----END PRIVATE KEY-----\n";
