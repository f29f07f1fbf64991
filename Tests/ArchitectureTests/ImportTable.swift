/// What each target may import, from the bottom up; `Package.swift` holds the same table.
///
/// Imports point down: a target may name only targets above it in this list, or libraries from
/// elsewhere. Whoever changes an arrow changes both tables, and says why in the commit.
enum ImportTable {
  struct Row {
    let target: String
    /// Targets of this package.
    let targets: [String]
    /// Modules of other packages.
    let packages: [String]

    init(_ target: String, _ targets: [String] = [], packages: [String] = []) {
      (self.target, self.targets, self.packages) = (target, targets, packages)
    }
  }

  static let rows = [
    Row("COpenBLAS"),
    Row("COneDNN"),
    Row("CHDF5"),
    Row("COniguruma"),
    Row("CZlib"),
    Row("CZstd"),
    Row("Files"),
    Row("Kernels", ["Files", "COpenBLAS", "COneDNN"]),
    Row("Tensors", ["Kernels"]),
    Row("JSON", ["Files"]),
    Row("Decompression", ["CZlib", "CZstd"]),
    Row("Safetensors", ["Tensors", "Kernels", "JSON"]),
    Row("HDF5", ["CHDF5"]),
    Row("Tokenization", ["COniguruma", "JSON"], packages: ["Crypto"]),
    Row("Plotting", ["Files"]),
    Row("Texts", ["Decompression", "Kernels", "JSON", "Files"]),
    Row("Transformer", ["Tensors", "Kernels", "JSON"]),
    Row("Adapters", ["Transformer", "Safetensors", "Tensors", "Kernels", "JSON"]),
    Row("TokenStatistics", ["Kernels"]),
    Row("RunLogs", ["HDF5", "Files"]),
    Row("StatisticalInference"),
    Row(
      "Scoring",
      [
        "Adapters", "Transformer", "TokenStatistics", "RunLogs", "Tokenization", "Safetensors",
        "Tensors", "Texts",
        "Kernels", "JSON",
      ], packages: ["Crypto"]),
    Row(
      "Training",
      [
        "Adapters", "Transformer", "TokenStatistics", "Tokenization", "Safetensors", "RunLogs",
        "Tensors", "Texts",
        "Kernels", "Files", "JSON", "StatisticalInference",
      ], packages: ["Yams"]),
    Row("Analysis", ["RunLogs", "StatisticalInference"]),
    Row(
      "Reporting", ["Analysis", "Plotting", "RunLogs", "Files"],
      packages: ["Crypto", "Mustache"]),
    Row(
      "tokenshift",
      [
        "Scoring", "Training", "Analysis", "Reporting", "RunLogs", "HDF5", "Transformer",
        "Adapters", "Tokenization",
        "Safetensors", "Plotting", "Tensors", "Texts", "Kernels", "Files", "JSON",
      ], packages: ["ArgumentParser"]),
    Row(
      "tokenshift-bench",
      ["Scoring", "Training", "RunLogs", "Transformer", "TokenStatistics", "Tensors", "Kernels"],
      packages: ["ArgumentParser"]),
  ]

  /// Modules of the toolchain and of the system's C library: free for all.
  static let free: Set<String> = [
    "Swift", "Foundation", "Synchronization", "Dispatch", "Glibc", "Darwin",
  ]

  /// The imports of a source that the table doesn't allow its target.
  static func violations(in source: SourceText, of target: String) -> [String] {
    guard let row = rows.first(where: { $0.target == target }) else { return source.imports }
    let allowed = free.union(row.targets).union(row.packages)
    return source.imports.filter { !allowed.contains($0) }
  }
}
