"use client";

import { ThemeProvider } from "next-themes";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { TooltipProvider } from "@/components/ui/tooltip";
import { DataProvider } from "@/lib/client/events/provider";

/** What every page of the console stands in. */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <ThemeProvider attribute="data-theme" defaultTheme="system" enableSystem disableTransitionOnChange>
      <NuqsAdapter>
        <DataProvider>
          <TooltipProvider>{children}</TooltipProvider>
        </DataProvider>
      </NuqsAdapter>
    </ThemeProvider>
  );
}
