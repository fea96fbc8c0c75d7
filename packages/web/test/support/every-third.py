"""A host that sleeps: of all ARP questions for its address it answers every third (RFC 826).

Usage: every-third.py INTERFACE ADDRESS MAC
"""

import socket
import struct
import sys

INTERFACE, ADDRESS, MAC = sys.argv[1], socket.inet_aton(sys.argv[2]), bytes.fromhex(sys.argv[3].replace(":", ""))
ETHERTYPE_ARP = 0x0806
REQUEST, REPLY = 1, 2

link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHERTYPE_ARP))
link.bind((INTERFACE, 0))
asked = 0
while True:
    frame = link.recv(2048)
    operation, sender, target = struct.unpack("!20xH10s6x4s", frame[:42])
    if operation != REQUEST or target != ADDRESS:
        continue
    asked += 1
    print(asked, flush=True)
    if asked % 3 == 0:
        header = struct.pack("!6s6sH", sender[:6], MAC, ETHERTYPE_ARP)
        link.send(header + struct.pack("!HHBBH6s4s10s", 1, 0x0800, 6, 4, REPLY, MAC, ADDRESS, sender))
