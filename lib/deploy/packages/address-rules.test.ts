import { describe, expect, it } from "vitest";
import { addressAllowed } from "./address-rules";

const open = { allowPrivate: true, allowLoopback: true };
const shut = { allowPrivate: false, allowLoopback: false };

describe("addresses that packages may come from", () => {
  it.each(["93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822"])("%s is public: allowed whatever is set", (address) => {
    expect(addressAllowed(address, shut)).toBe(true);
  });

  it.each(["10.1.2.3", "172.16.0.1", "192.168.0.9", "100.64.0.1", "fd12:3456::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"])(
    "%s is private: by setting",
    (address) => {
      expect(addressAllowed(address, shut)).toBe(false);
      expect(addressAllowed(address, { allowPrivate: true, allowLoopback: false })).toBe(true);
      expect(addressAllowed(address, { allowPrivate: false, allowLoopback: true })).toBe(false);
    },
  );

  it.each(["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", "[::1]", "64:ff9b::7f00:1"])(
    "%s is loopback: by setting",
    (address) => {
      expect(addressAllowed(address, shut)).toBe(false);
      expect(addressAllowed(address, { allowPrivate: false, allowLoopback: true })).toBe(true);
      expect(addressAllowed(address, { allowPrivate: true, allowLoopback: false })).toBe(false);
    },
  );

  it.each([
    ["link-local", "169.254.0.1"],
    ["metadata", "169.254.169.254"],
    ["metadata, mapped", "::ffff:169.254.169.254"],
    ["metadata through NAT64", "64:ff9b::a9fe:a9fe"],
    ["metadata in carrier NAT", "100.100.100.200"],
    ["metadata in carrier NAT, mapped", "::ffff:100.100.100.200"],
    ["metadata among reserved", "192.0.0.192"],
    ["a cloud's host service on a public address", "168.63.129.16"],
    ["metadata among unique local", "fd00:ec2::254"],
    ["metadata among unique local, written long", "fd00:0ec2:0:0:0:0:0:254"],
    ["metadata among unique local", "fd20:ce::254"],
    ["link-local", "fe80::1"],
    ["link-local with a zone", "fe80::1%eth0"],
    ["site-local", "fec0::1"],
    ["multicast", "224.0.0.1"],
    ["multicast", "ff02::1"],
    ["unspecified", "0.0.0.0"],
    ["this network", "0.1.2.3"],
    ["unspecified", "::"],
    ["broadcast", "255.255.255.255"],
    ["reserved", "240.0.0.1"],
    ["benchmarking", "198.18.0.1"],
    ["6to4 of loopback", "2002:7f00:1::"],
    ["teredo", "2001:0:1::"],
    ["IPv4-compatible loopback", "::7f00:1"],
    ["translated loopback", "::ffff:0:127.0.0.1"],
    ["local-use NAT64", "64:ff9b:1::a00:1"],
    ["documentation", "2001:db8::1"],
    ["no address", "example"],
    ["nothing", ""],
  ])("%s (%s) is refused even where everything is opened", (_what, address) => {
    expect(addressAllowed(address, open)).toBe(false);
  });
});
