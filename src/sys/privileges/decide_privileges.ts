/** Whom to run as. Only decides; `becomeUser` in privileges.ts changes. */
import type { Result } from "../../base/result.ts";
import { type Ids, whyNotOneUser } from "./thread_credentials.ts";
import type { User } from "./user_database.ts";

export interface PrivilegeQuestion {
  /** Of the process as it was started: `ownCredentials()`. */
  readonly uids: Ids;
  readonly gids: Ids;
  /** `--user`, "NAME" or "NAME:GROUP". */
  readonly userOption: string | null;
  /** `taskmaster.user` of the file. */
  readonly configUser: string | null;
  readonly allowRoot: boolean;
  readonly lookUp: (text: string) => Result<User, string>;
}

export type PrivilegeDecision =
  | { readonly kind: "refuse"; readonly message: string }
  | { readonly kind: "stay" }
  | { readonly kind: "stay-with-warning"; readonly message: string }
  | { readonly kind: "become"; readonly user: User };

/**
 * `--user` counts more than the file. A user that is named
 * is always obeyed: `--allow-root` permits to stay root, it does not ask for it.
 */
export function decidePrivileges(question: PrivilegeQuestion): PrivilegeDecision {
  const { uids } = question;
  const message = whyNotOneUser(question);
  if (message !== null) return { kind: "refuse", message };
  return uids[1] === 0 ? decideAsRoot(question) : decideAsUser(question);
}

function decideAsRoot(question: PrivilegeQuestion): PrivilegeDecision {
  const { userOption, configUser, allowRoot, gids, lookUp } = question;
  const named = userOption ?? configUser;
  if (named === null) {
    if (allowRoot) return { kind: "stay" };
    const message = "refusing to run as root: name the user to become with --user NAME, " +
      "or stay root with --allow-root";
    return { kind: "refuse", message };
  }
  const found = lookUp(named);
  if (!found.ok) return { kind: "refuse", message: `${found.error} (${origin(question)})` };
  const user = found.value;
  if (user.uid !== 0) return { kind: "become", user };
  if (!allowRoot) {
    const message = `refusing to run as root, which ${origin(question)} names: ` +
      "name another user with --user NAME, or stay root with --allow-root";
    return { kind: "refuse", message };
  }
  if (user.gid === gids[1]) return { kind: "stay" };
  const message = `cannot stay root with group "${user.group}", which ${origin(question)} names: ` +
    "leave the group out";
  return { kind: "refuse", message };
}

function decideAsUser(question: PrivilegeQuestion): PrivilegeDecision {
  const { userOption, configUser, uids, gids, lookUp } = question;
  const named = userOption ?? configUser;
  if (named === null) return { kind: "stay" };
  const found = lookUp(named);
  const isMe = found.ok && found.value.uid === uids[1] &&
    (found.value.gid === gids[1] || !named.includes(":"));
  if (isMe) return { kind: "stay" };
  if (userOption === null) {
    const reason = found.ok ? "only root can become another user" : found.error;
    const message = `the configuration names the user "${named}", but ${reason}; ` +
      `carrying on with uid ${uids[1]}`;
    return { kind: "stay-with-warning", message };
  }
  if (!found.ok) return { kind: "refuse", message: `${found.error} (--user)` };
  const message = `cannot become "${named}": only root can become another user; ` +
    "start it with sudo, or leave --user out";
  return { kind: "refuse", message };
}

function origin({ userOption }: PrivilegeQuestion): string {
  return userOption === null ? "taskmaster.user in the configuration" : "--user";
}
