import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ServicePage } from "@/components/services/service-page";

interface Props {
  readonly params: Promise<{ readonly service: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [{ service }, t] = await Promise.all([params, getTranslations("services")]);
  const name = decodeURIComponent(service);
  const description = t("description", { service: name });
  return { title: name, description, openGraph: { title: name, description } };
}

export default async function Page({ params }: Props) {
  return <ServicePage name={decodeURIComponent((await params).service)} />;
}
