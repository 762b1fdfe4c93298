import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RolloutPage } from "@/components/rollouts/rollout-page";

interface Props {
  readonly params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const id = decodeURIComponent((await params).id);
  const t = await getTranslations("rollouts.meta");
  return { title: t("title", { id }), description: t("description", { id }) };
}

export default async function Page({ params }: Props) {
  return <RolloutPage id={decodeURIComponent((await params).id)} />;
}
