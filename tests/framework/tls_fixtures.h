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
