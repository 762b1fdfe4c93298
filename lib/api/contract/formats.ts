/** Names of the patterns that fields must fit: what a schema says where one does not, and what a sentence explains. */
export const FORMATS = [
  "rollout_id",
  "name",
  "version",
  "sha256",
  "line",
  "label_name",
  "text",
  "url_path",
  "variable",
  "user",
  "inner_folder",
  "absolute_folder",
  "ip_address",
  "network_name",
  "key_file",
  "host_key",
  "amount",
  "share",
  "too_many_labels",
  "needs_systemd",
] as const;
export type Format = (typeof FORMATS)[number];

export function isFormat(word: string): word is Format {
  return FORMATS.some((format) => format === word);
}
