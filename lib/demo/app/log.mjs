const line = (level) => (message) => process.stdout.write(`${new Date().toISOString()} ${level.padEnd(5)} ${message}\n`);

export const log = { info: line("info"), warn: line("warn"), error: line("error") };
