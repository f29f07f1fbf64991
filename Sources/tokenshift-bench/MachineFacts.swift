import Foundation
import Kernels

/// What a reader needs to know to compare: never a host's name or a path.
struct MachineFacts: Encodable {
  let processor: String
  let processorCount: Int
  let threads: Int
  /// The core whose kernels OpenBLAS runs.
  let blasCore: String
  /// Whether a user's setting chose that core.
  let blasCoreSetting: String?
  /// The level that the environment names now; the build took the one it found then.
  let cpuLevelSetting: String?
  let system: String

  init() {
    processor = Self.processorModel
    processorCount = ProcessInfo.processInfo.activeProcessorCount
    threads = Parallel.threadCount
    blasCore = MatrixMultiply.coreName
    let environment = ProcessInfo.processInfo.environment
    blasCoreSetting = environment["OPENBLAS_CORETYPE"]
    cpuLevelSetting = environment["TOKENSHIFT_CPU"]
    system = ProcessInfo.processInfo.operatingSystemVersionString
  }

  var lines: [String] {
    [
      "processor  \(processor), \(processorCount) threads of hardware, \(threads) used",
      "OpenBLAS   core \(blasCore)"
        + (blasCoreSetting.map { ", set by OPENBLAS_CORETYPE=\($0)" } ?? ""),
      "kernels    built for "
        + (cpuLevelSetting.map { "TOKENSHIFT_CPU=\($0), if that was set then as it is now" }
          ?? "x86-64-v3, unless TOKENSHIFT_CPU was set at build time"),
      "system     \(system)",
    ]
  }

  private static var processorModel: String {
    let facts = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = facts.split(separator: "\n").first { $0.hasPrefix("model name") }
    let value = line?.split(separator: ":", maxSplits: 1).last
    return value.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
  }
}
