// SPDX-License-Identifier: Apache-2.0
// The few functions of QEMU's TCG plugin interface, version 1, that the cycle plugin calls; QEMU
// 7.2 brings them when it loads the plugin. Declared here from QEMU's documentation of the
// interface, because Debian packages no header for it.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

struct qemu_plugin_tb;    // a block of guest instructions while QEMU translates it
struct qemu_plugin_insn;  // one of them

void qemu_plugin_register_vcpu_tb_trans_cb(std::uint64_t plugin,
                                           void (*translated)(std::uint64_t plugin,
                                                              qemu_plugin_tb* block));
// `flags` says which guest registers the callback uses; 0: none.
void qemu_plugin_register_vcpu_tb_exec_cb(qemu_plugin_tb* block,
                                          void (*executed)(unsigned processor, void* user),
                                          int flags, void* user);
void qemu_plugin_register_atexit_cb(std::uint64_t plugin,
                                    void (*at_exit)(std::uint64_t plugin, void* user), void* user);

std::size_t qemu_plugin_tb_n_insns(const qemu_plugin_tb* block);
std::uint64_t qemu_plugin_tb_vaddr(const qemu_plugin_tb* block);
qemu_plugin_insn* qemu_plugin_tb_get_insn(const qemu_plugin_tb* block, std::size_t index);
const void* qemu_plugin_insn_data(const qemu_plugin_insn* instruction);
std::size_t qemu_plugin_insn_size(const qemu_plugin_insn* instruction);

}  // extern "C"
