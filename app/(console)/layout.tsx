import type { ReactNode } from "react";
import { ConsoleShell } from "@/components/shell/console-shell";
import { Providers } from "@/components/shell/providers";

export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return (
    <Providers>
      <ConsoleShell>{children}</ConsoleShell>
    </Providers>
  );
}
