import { Unplug } from "lucide-react";
import { useTranslations } from "next-intl";
import { Banner } from "@/components/ui/banner";
import type { OverviewWire } from "@/lib/api/contract";

/** Many that fall silent together: more likely the way there is cut than all of them are down. */
export function CutOff({ places }: { places: OverviewWire["cut_off"] }) {
  const t = useTranslations("fleet.cutOff");
  if (places.length === 0) return null;
  return (
    <Banner tone="warn" icon={Unplug} role="status" title={t("title")}>
      {places.map((place) => (
        <span key={`${place.kind} ${place.name}`} className="block">
          {t(place.kind, place)}
        </span>
      ))}
      {t("means")}
    </Banner>
  );
}
