import ipaddr from "ipaddr.js";

/** Which networks packages may come from. Link-local, metadata, multicast and reserved addresses are refused whatever it says. */
export interface AddressRules {
  /** RFC 1918, RFC 6598 (carrier NAT) and RFC 4193 (unique local) addresses. */
  readonly allowPrivate: boolean;
  readonly allowLoopback: boolean;
}

/**
 * Metadata and host services of clouds that lie outside 169.254/16: Alibaba, Oracle's former one, Azure's WireServer,
 * AWS and Google over IPv6. They hand out credentials, so no setting opens them.
 */
const METADATA = new Set(
  ["100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254"].map((address) =>
    ipaddr.parse(address).toNormalizedString(),
  ),
);

const NAT64 = ipaddr.parseCIDR("64:ff9b::/96");
const IPV4_COMPATIBLE = ipaddr.parseCIDR("::/96");

/** Whether a package may be asked of this IP address. Text that is no address is refused. */
export function addressAllowed(text: string, rules: AddressRules): boolean {
  const address = normalised(text);
  if (address === null || METADATA.has(address.toNormalizedString())) return false;
  switch (address.range()) {
    case "unicast":
      return true;
    case "loopback":
      return rules.allowLoopback;
    case "private":
    case "carrierGradeNat":
    case "uniqueLocal":
      return rules.allowPrivate;
    default:
      return false;
  }
}

/** The address that a packet would really reach: IPv4 inside IPv6 (mapped, NAT64) is judged as that IPv4. */
function normalised(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const bare = text.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  if (!ipaddr.isValid(bare)) return null;
  const address = ipaddr.process(bare);
  if (address.kind() === "ipv4" || !(address instanceof ipaddr.IPv6)) return address;
  if (address.match(NAT64)) return new ipaddr.IPv4(address.toByteArray().slice(12));
  // RFC 4291 2.5.5.1, deprecated: some stacks route it as the IPv4 address, `range()` calls it unicast.
  const special = address.range() === "loopback" || address.range() === "unspecified";
  return !special && address.match(IPV4_COMPATIBLE) ? null : address;
}
