import "./styles/base.css";
import "./styles/frame.css";
import "./styles/parts.css";
import { render } from "preact";
import { restoreSession } from "./api/session";
import { App } from "./app";
import { startTicking } from "./game_clock";
import { startLive } from "./live/socket";
import { startNews } from "./play/news";
import { storedPlan } from "./play/simulator/stored_plan";
import { startServer } from "./server";
import { tellError } from "./ui/toast";

const root = document.getElementById("app");
if (!root) throw new Error("The page has no #app.");
render(<App />, root);
startTicking();
startNews();
void Promise.all([startServer(), restoreSession()]).then(startLive);
// A simulated run that this page was loaded again in the middle of, or beside.
if (storedPlan()) void import("./play/simulator/phone_start").catch(tellError);
