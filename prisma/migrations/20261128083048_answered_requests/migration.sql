-- CreateTable
CREATE TABLE "answered_requests" (
    "id" TEXT NOT NULL,
    "rollout_id" TEXT NOT NULL,
    "request" JSONB NOT NULL,
    "requested_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "answered_requests_pkey" PRIMARY KEY ("id")
);
