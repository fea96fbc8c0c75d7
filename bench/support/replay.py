"""Sends the frames of capture files, one file after the other for ever, at twice the pace at which they were captured.

Usage: replay.py INTERFACE FILE.pcap.gz...
Prints the name of each file as it begins. Frames longer than the link takes are left out.
"""

import gzip
import itertools
import socket
import struct
import sys
import time

SPEED = 2
MAX_FRAME = 1514


def frames(path):
    """Pairs of seconds since the first frame and bytes. pcap, little-endian, with microseconds."""
    with gzip.open(path) as file:
        data = file.read()
    offset = 24
    first = None
    while offset + 16 <= len(data):
        seconds, micros, captured, _ = struct.unpack_from("<IIII", data, offset)
        at = seconds + micros / 1e6
        first = at if first is None else first
        yield at - first, data[offset + 16 : offset + 16 + captured]
        offset += 16 + captured


def main(interface, paths):
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire.bind((interface, 0))
    captures = [(path, list(frames(path))) for path in paths]
    for path, capture in itertools.cycle(captures):
        print(path, flush=True)
        start = time.monotonic()
        for after, frame in capture:
            time.sleep(max(0, start + after / SPEED - time.monotonic()))
            if 14 <= len(frame) <= MAX_FRAME:
                wire.send(frame)


main(sys.argv[1], sys.argv[2:])
