import type { HealthAnswer } from "../ports";

/** What a connection's error says of the instance. What is not known is `unreachable`: it could not be asked. */
export function failureCode(error: Error): HealthAnswer["detail"]["code"] {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code.startsWith("HPE_")) return "invalid";
  switch (code) {
    case "ECONNREFUSED":
      return "refused";
    case "ECONNRESET":
    case "EPIPE":
      return "reset";
    case "ETIMEDOUT":
      return "timeout";
    default:
      return "unreachable";
  }
}
