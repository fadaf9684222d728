/** Loaded once a run may be under way: it takes it up, and shows it on the map. */
import { watchAccount } from "./phone_host";
import { showPhoneOnMap } from "./phone_shapes";

watchAccount();
showPhoneOnMap();
