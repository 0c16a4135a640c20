/* RTP as the hop needs it: see wire/rtp.py for what these are and where they come from. */

#pragma once

#include <stdint.h>
#include <string.h>

#include "hop.h"

enum {
    RTP_HEADER = 12, /* bytes of the fixed header, RFC 3550 section 5.1 */
    RTP_MARKED = 0x80
};

static inline uint16_t read_16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t read_32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline void write_16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static inline void write_32(uint8_t *at, uint32_t value)
{
    write_16(at, (uint16_t)(value >> 16));
    write_16(at + 2, (uint16_t)value);
}

static inline int rtp_is_marked(const uint8_t *packet) { return packet[1] >= RTP_MARKED; }
static inline uint8_t rtp_payload_type(const uint8_t *packet) { return packet[1] & 0x7F; }
static inline uint16_t rtp_seq(const uint8_t *packet) { return read_16(packet + 2); }
static inline uint32_t rtp_timestamp(const uint8_t *packet) { return read_32(packet + 4); }
static inline uint32_t rtp_ssrc(const uint8_t *packet) { return read_32(packet + 8); }
static inline void rtp_set_seq(uint8_t *packet, uint16_t seq) { write_16(packet + 2, seq); }
static inline void rtp_set_timestamp(uint8_t *packet, uint32_t timestamp) { write_32(packet + 4, timestamp); }
static inline void rtp_set_ssrc(uint8_t *packet, uint32_t ssrc) { write_32(packet + 8, ssrc); }

/* Whether a sequence number is the same as or after another, in serial arithmetic (RFC 1982). */
static inline int is_newer(uint16_t seq, uint16_t than)
{
    return (uint16_t)(seq - than) < 0x8000;
}

/* Put a leg's offsets into a decrypted packet. 0 if it must not go out: it is older than the leg's first one. */
int leg_shift(const hop_leg *leg, uint8_t *packet, int size);
