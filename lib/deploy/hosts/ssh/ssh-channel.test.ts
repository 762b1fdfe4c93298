import { describeSsh } from "../testing/ssh-suite";

describeSsh("builtin");
