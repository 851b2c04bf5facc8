// SPDX-License-Identifier: Apache-2.0
#include "emulate/emulate.h"

namespace sengi::emulate {

std::string explain_cycle_rule() {
  return R"(How cycles are modelled (Cortex-M4, memory without wait states)

QEMU runs the very program that goes onto the board, and a plugin looks at each instruction it
executes. QEMU itself knows no time; the plugin adds up cycles by this rule, after the instruction
timings of the Cortex-M4 Technical Reference Manual (Arm DDI 0439):

  every instruction                            1
  a single load (LDR of any width, VLDR)       1 more, unless the instruction before it
                                               was a single load or store
  LDRD, STRD                                   1 more
  LDM, STM, PUSH, POP, VLDM, VSTM,
  VPUSH, VPOP                                  1 + the registers named, in total
  SDIV, UDIV                                   7 in total
  VDIV, VSQRT                                  14 in total
  whenever the next instruction executed
  is not the next in memory                    2 more (the pipeline fills again)

Counted is one inference: from the first instruction of the network's function to its return, all
that it calls included. Instructions inside an IT block count whether their condition holds or not.
A layer's figure runs from its first instruction to the next layer's, so that layers add up to the
whole. The same program and input always give the same count.

The manual's divisions take 2 to 12 cycles depending on the numbers, and flash with wait states
makes a real board slower: modelled cycles compare programs, and are not a promise in microseconds.
)";
}

}  // namespace sengi::emulate
