"""Sends numbered slots of UDP frames until it is ended: one slot a second, each to an address of its own.

Usage: send.py INTERFACE DESTINATION_MAC FRAMES_PER_SLOT
Prints one line per slot: number, start and end (milliseconds since 1970-01-01 UTC), frames.
"""

import socket
import struct
import sys
import time

SOURCE_MAC = bytes.fromhex("02000000aa01")
SOURCE_IP = bytes([10, 0, 0, 1])
PAYLOAD = bytes(100)


def frame(destination_mac, slot):
    destination_ip = bytes([20]) + slot.to_bytes(3, "big")
    udp = struct.pack("!HHHH", 40000, 9999, 8 + len(PAYLOAD), 0) + PAYLOAD
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0) + SOURCE_IP + destination_ip
    total = sum(struct.unpack("!10H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    header = header[:10] + struct.pack("!H", ~total & 0xFFFF) + header[12:]
    return destination_mac + SOURCE_MAC + b"\x08\x00" + header + udp


def main(interface, mac, frames):
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire.bind((interface, 0))
    slot = 1
    while True:
        packet = frame(bytes.fromhex(mac.replace(":", "")), slot)
        start = time.time()
        sent = 0
        for i in range(frames):
            try:
                wire.send(packet)
                sent += 1
            except OSError:
                pass  # The link is down: it was not sent.
            time.sleep(max(0, start + (i + 1) / frames - time.time()))
        print(slot, int(start * 1000), int(time.time() * 1000), sent, flush=True)
        slot += 1


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
