import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { InstancePage } from "@/components/instances/instance-page";

interface Props {
  readonly params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const id = decodeURIComponent((await params).id);
  const t = await getTranslations("instances.meta");
  return { title: id, description: t("description", { id }) };
}

export default async function Page({ params }: Props) {
  return <InstancePage id={decodeURIComponent((await params).id)} />;
}
