"""Asks LLMNR, NetBIOS and mDNS for names that nobody has, as a computer does whose user mistypes a server.

Usage: ask-names.py INTERFACE ADDRESS NAME…
"""

import sys
import time

from scapy.all import DNS, DNSQR, IP, UDP, Ether, NBNSHeader, NBNSQueryRequest, get_if_hwaddr, sendp
from scapy.layers.llmnr import LLMNRQuery

INTERFACE, ADDRESS, NAMES = sys.argv[1], sys.argv[2], sys.argv[3:]
BROADCAST_ADDRESS = ADDRESS.rsplit(".", 1)[0] + ".255"
MAC = get_if_hwaddr(INTERFACE)


def to(mac, address, ttl=255):
    return Ether(src=MAC, dst=mac) / IP(src=ADDRESS, dst=address, ttl=ttl)


for name in NAMES:
    question = DNSQR(qname=name, qtype="A")
    mdns = UDP(sport=5353, dport=5353) / DNS(qd=DNSQR(qname=name + ".local", qtype="A"), rd=0)
    llmnr = UDP(sport=50505, dport=5355) / LLMNRQuery(id=7, qd=question)
    nbns = UDP(sport=137, dport=137) / NBNSHeader(NAME_TRN_ID=7, QDCOUNT=1, NM_FLAGS=0x11)
    sendp(
        [
            to("01:00:5e:00:00:fb", "224.0.0.251") / mdns,
            to("01:00:5e:00:00:fc", "224.0.0.252") / llmnr,
            to("ff:ff:ff:ff:ff:ff", BROADCAST_ADDRESS, 64) / nbns / NBNSQueryRequest(QUESTION_NAME=name.upper()),
        ],
        iface=INTERFACE,
        verbose=False,
    )
    time.sleep(0.3)
