-- AlterTable
ALTER TABLE "hosts" ADD COLUMN     "trouble" JSONB;
