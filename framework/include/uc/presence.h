/* SPDX-License-Identifier: MIT */
/*
 * presence.h - whether an optional or nullable value is there.
 *
 * Generated structs hold such a value as `struct { enum uc_presence state; T value; }`.
 * Zeroed memory means absent; `value` means something only when state is UC_VALUE.
 */
#ifndef UC_PRESENCE_H
#define UC_PRESENCE_H

enum uc_presence { UC_ABSENT, UC_NULL, UC_VALUE };

#endif
