/* What is encrypted and waits to be sent: one system call for a batch of packets.
 *
 * Packets of one length to one address, such as most of a picture's, are a run: the kernel is given them as one
 * datagram, which it cuts up again at the very end (UDP generic segmentation offload, UDP_SEGMENT in udp(7)), and finds
 * the way once for all of them. The last one of a run may be shorter. What arrives is the same, in the same order.
 */

#pragma once

#include <sys/socket.h>

#include "hop.h"

enum {
    /* Packets. A batch is sent when it is full, when a call into Python comes, and when what came in is used up. So its
     * first packet waits for some hundred ciphers at most: 0.2 of the 5 ms by which a gate shuts early (LEAD, room.py).
     */
    OUTGOING = 64,
    LONGEST_RUN = 16, /* packets */
    LOOK_BACK = 8     /* runs in which to look for the receiver's last one: as many as a full room has people */
};

typedef struct {
    struct iovec packets[LONGEST_RUN];
    hop_leg *legs[LONGEST_RUN];
    _Alignas(struct cmsghdr) uint8_t length[CMSG_SPACE(sizeof(uint16_t))]; /* of its packets, as the kernel reads it */
} run;

typedef struct {
    unsigned packets_count;
    unsigned runs_count;
    struct mmsghdr messages[OUTGOING]; /* one for each run */
    run runs[OUTGOING];
    uint8_t memory[OUTGOING][HOP_BUFFER];
} outgoing;

void outgoing_init(outgoing *batch);

/* Memory for one more packet. There must be room. */
static inline uint8_t *outgoing_next(outgoing *batch)
{
    return batch->memory[batch->packets_count];
}

static inline int outgoing_is_full(const outgoing *batch)
{
    return batch->packets_count == OUTGOING;
}

/* Send what was written into outgoing_next(), with the next batch, to where the leg leads. */
void outgoing_add(outgoing *batch, hop_leg *leg, int size);

/* Hand everything to the kernel, and count what it took. */
void outgoing_flush(outgoing *batch, int socket, hop_totals *totals);
