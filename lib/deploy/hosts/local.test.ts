import { localHost } from "./testing/local-host";
import { describeTransport } from "./testing/transport-suite";

describeTransport("local", () => localHost());
