"""Sends Ethernet frames and prints when it began: send-frames.py INTERFACE HEX..."""

import socket
import sys
import time

interface, frames = sys.argv[1], [bytes.fromhex(text) for text in sys.argv[2:]]
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
    link.bind((interface, 0))
    sent_ms = time.time() * 1000
    for frame in frames:
        link.send(frame)
print(sent_ms)
