/* SPDX-License-Identifier: MIT */
/*
 * mmio.h - registers of devices, ports, and the barriers between them.
 */
#ifndef K_CORE_MMIO_H
#define K_CORE_MMIO_H

#include <stddef.h>
#include <stdint.h>

/* Map registers, uncached, at their own address. NULL when out of memory, or beyond what page
 * tables reach. */
void *k_map_mmio(uint64_t physical, size_t bytes);

static inline uint8_t k_mmio_read8(const volatile void *at) { return *(const volatile uint8_t *)at; }
static inline uint16_t k_mmio_read16(const volatile void *at) { return *(const volatile uint16_t *)at; }
static inline uint32_t k_mmio_read32(const volatile void *at) { return *(const volatile uint32_t *)at; }
static inline void k_mmio_write8(volatile void *at, uint8_t v) { *(volatile uint8_t *)at = v; }
static inline void k_mmio_write16(volatile void *at, uint16_t v) { *(volatile uint16_t *)at = v; }
static inline void k_mmio_write32(volatile void *at, uint32_t v) { *(volatile uint32_t *)at = v; }

static inline uint8_t k_in8(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}
static inline uint16_t k_in16(uint16_t port)
{
    uint16_t value;
    __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}
static inline uint32_t k_in32(uint16_t port)
{
    uint32_t value;
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}
static inline void k_out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}
static inline void k_out16(uint16_t port, uint16_t value)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}
static inline void k_out32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

/* Memory shared with a device: loads before loads, stores before stores, all before all. */
static inline void k_rmb(void) { __asm__ volatile("" : : : "memory"); }
static inline void k_wmb(void) { __asm__ volatile("" : : : "memory"); }
static inline void k_mb(void) { __asm__ volatile("lock; addl $0, (%%rsp)" : : : "memory", "cc"); }

#endif
