import { type APIRequestContext, type APIResponse, expect } from "@playwright/test";

/** A connection that was kept may be closed by the server in the moment in which it is used again: then nothing was asked yet. */
const AGAIN = { maxRetries: 1 };

/** The console's API, asked by one person. Every answer but the expected one fails the test with what was answered. */
export class Api {
  constructor(
    readonly person: string,
    private readonly request: APIRequestContext,
  ) {}

  async get<T>(path: string): Promise<T> {
    return this.body(await this.request.get(`/api/v1${path}`, AGAIN));
  }

  async post<T>(path: string, data: object, headers: Readonly<Record<string, string>> = {}): Promise<T> {
    return this.body(await this.request.post(`/api/v1${path}`, { data, headers, ...AGAIN }));
  }

  /** What it was refused with. */
  async refused(path: string, data: object): Promise<Problem> {
    const answer = await this.request.post(`/api/v1${path}`, { data, ...AGAIN });
    expect(answer.ok(), `POST ${path} was not refused`).toBe(false);
    const problem: Problem = await answer.json();
    return { ...problem, status: answer.status() };
  }

  async put(path: string, data: object): Promise<void> {
    await this.body(await this.request.put(`/api/v1${path}`, { data, ...AGAIN }));
  }

  async delete(path: string): Promise<void> {
    await this.body(await this.request.delete(`/api/v1${path}`, AGAIN));
  }

  private async body(answer: APIResponse) {
    if (!answer.ok()) throw new Error(`${answer.url()}: ${answer.status()} ${await answer.text()}`);
    return answer.status() === 204 ? null : await answer.json();
  }
}

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
}
