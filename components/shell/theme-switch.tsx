"use client";

import { Check, Monitor, Moon, Sun, SunMoon } from "lucide-react";
import { useTranslations } from "next-intl";
import { useTheme } from "next-themes";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuItem } from "@/components/ui/menu";

const THEMES = [
  { key: "system", icon: Monitor },
  { key: "light", icon: Sun },
  { key: "dark", icon: Moon },
] as const;

export function ThemeSwitch() {
  const t = useTranslations("shell.theme");
  const { theme, setTheme } = useTheme();
  return (
    <Menu
      trigger={
        <IconButton label={t("name")} size="sm">
          <SunMoon aria-hidden />
        </IconButton>
      }
    >
      {THEMES.map(({ key, icon: Icon }) => (
        <MenuItem key={key} onClick={() => setTheme(key)}>
          <Icon aria-hidden />
          <span className="flex-1">{t(key)}</span>
          {theme === key ? <Check aria-label={t("chosen")} /> : null}
        </MenuItem>
      ))}
    </Menu>
  );
}
