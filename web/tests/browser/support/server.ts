/** The real server with a database of its own, on a free port; nothing is left behind. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const binary = resolve(process.env.FIEF_BINARY ?? "../build/release/fief");

export interface Options {
  /** The game's clock at the start, RFC 3339. */
  start?: string;
  speed?: number;
  dev?: boolean;
  settings?: Record<string, string>;
}

export class Server {
  url = "";
  readonly dataDir: string;
  private readonly log: string;
  private process: ChildProcess | null = null;
  private readonly environment: NodeJS.ProcessEnv;

  private constructor(private readonly options: Options) {
    // Short, for the unix socket in it; open, because Postgres runs as another user than root.
    this.dataDir = mkdtempSync(join(tmpdir(), "fief_web_"));
    chmodSync(this.dataDir, 0o755);
    this.log = `${this.dataDir}.log`;
    this.environment = {
      ...process.env,
      FIEF_HTTP_REQUESTS_PER_MINUTE: "0",
      FIEF_HTTP_AUTH_REQUESTS_PER_MINUTE: "0",
      FIEF_AUTH_ARGON2_MEMORY_KIB: "1024",
      FIEF_AUTH_ARGON2_PASSES: "1",
      ...options.settings,
    };
  }

  static async start(options: Options = {}): Promise<Server> {
    const server = new Server(options);
    await server.run(0);
    return server;
  }

  /** Starts the process; with a port also one that was killed, where it was. */
  private async run(port: number): Promise<void> {
    const { dev = true, start, speed = 1 } = this.options;
    const clock = start ? ["--clock-start", start] : [];
    const child = spawn(
      binary,
      [
        ...["serve", "--data-dir", this.dataDir, "--port", String(port)],
        ...(dev ? ["--dev", ...clock, "--clock-speed", String(speed)] : []),
      ],
      { env: this.environment, stdio: ["ignore", "pipe", openSync(this.log, "a")] },
    );
    this.process = child;
    this.url = await new Promise<string>((found, failed) => {
      let text = "";
      child.stdout?.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        const url = /listening on (\S+)/.exec(text)?.[1];
        if (url) found(url);
      });
      child.once("exit", (status) => failed(new Error(`it ended with ${status}\n${this.tail()}`)));
      child.once("error", failed);
    });
  }

  tail(): string {
    return readFileSync(this.log, "utf8").split("\n").slice(-20).join("\n");
  }

  async kill(): Promise<void> {
    const child = this.process;
    if (!child) return;
    const ended = new Promise((resolve_) => child.once("exit", resolve_));
    child.kill("SIGKILL");
    await ended;
  }

  /** Again at the same address, with the game's clock elsewhere. */
  async restart(clock: Pick<Options, "start" | "speed"> = {}): Promise<void> {
    Object.assign(this.options, clock);
    await this.run(Number(new URL(this.url).port));
  }

  makeOperator(email: string, username: string, password: string): void {
    const done = spawnSync(
      binary,
      ["admin", "create-operator", "--data-dir", this.dataDir].concat([
        ...["--email", email, "--username", username],
      ]),
      { env: this.environment, input: `${password}\n`, encoding: "utf8" },
    );
    if (done.status !== 0) throw new Error(done.stdout + done.stderr);
  }

  async stop(): Promise<void> {
    const child = this.process;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve_) => child.once("exit", resolve_));
      child.kill("SIGTERM");
      await ended;
    }
    rmSync(this.dataDir, { recursive: true, force: true });
    rmSync(this.log, { force: true });
  }
}
