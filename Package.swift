// swift-tools-version: 6.2
import PackageDescription

// MARK: Settings

extension [SwiftSetting] {
  /// Every target: warnings are errors, imports are private unless stated, unsafe code is labelled.
  static let project: Self = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),  // properties that return Span
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
  ]

  /// Kernels only: optimised even in debug builds, and for a stated CPU level.
  ///
  /// That is 11× in debug builds and 1.7× on element-wise loops. `TOKENSHIFT_CPU=x86-64` builds for
  /// processors before 2013.
  static var kernels: Self {
    var settings = project + [.unsafeFlags(["-O"], .when(configuration: .debug))]
    #if arch(x86_64)
      let level = Context.environment["TOKENSHIFT_CPU"] ?? "x86-64-v3"
      settings.append(.unsafeFlags(["-Xcc", "-march=" + level]))
      // Elsewhere a fused multiply-add is a call of a function for each number.
      if level.hasSuffix("-v3") || level.hasSuffix("-v4") { settings.append(.define("FUSED")) }
    #else
      settings.append(.define("FUSED"))
    #endif
    return settings
  }
}

/// A Swift library target with its test target; `imports` are the targets below it that it may use.
func library(
  _ name: String, imports: [Target.Dependency], tests: [Target.Dependency] = [],
  settings: [SwiftSetting] = .project, resources: [Resource] = []
) -> [Target] {
  [
    .target(
      name: name, dependencies: imports, exclude: ["README.md"], resources: resources,
      swiftSettings: settings),
    .testTarget(
      name: name + "Tests", dependencies: [.target(name: name), "TestSupport"] + imports + tests,
      swiftSettings: .project),
  ]
}

/// A C library of the system: a module map and a header of inline wrappers, no logic.
func systemLibrary(_ name: String, pkgConfig: String? = nil, apt: String, brew: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

// MARK: Targets by layer; imports point down, which Tests/ArchitectureTests reads from here.

var targets: [Target] = [
  // 0 C
  systemLibrary("COpenBLAS", pkgConfig: "openblas", apt: "libopenblas-dev", brew: "openblas"),
  systemLibrary("COneDNN", apt: "libdnnl-dev", brew: "onednn"),
  systemLibrary("CHDF5", pkgConfig: "hdf5", apt: "libhdf5-dev", brew: "hdf5"),
  systemLibrary("COniguruma", pkgConfig: "oniguruma", apt: "libonig-dev", brew: "oniguruma"),
  systemLibrary("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev", brew: "zlib"),
  systemLibrary("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev", brew: "zstd"),
]

// 1 numbers and bytes
targets += library("Files", imports: [])
targets += library("Kernels", imports: ["Files", "COpenBLAS", "COneDNN"], settings: .kernels)
targets += library("Tensors", imports: ["Kernels", "Files"])
targets += library("JSON", imports: ["Files"])
targets += library("Decompression", imports: ["CZlib", "CZstd"])

// 2 formats: one outside format each
targets += library("Safetensors", imports: ["Tensors", "Kernels", "JSON", "Files"])
targets += library("HDF5", imports: ["CHDF5", "Files"])
targets += library("Tokenization", imports: ["COniguruma", "JSON", "Files", crypto])
targets += library("Plotting", imports: ["Files"])
targets += library("Texts", imports: ["Decompression", "JSON", "Files"])

// 3 domain
targets += library(
  "Transformer", imports: ["Tensors", "Kernels", "JSON", "Files"], tests: ["Safetensors"])
targets += library(
  "Adapters", imports: ["Transformer", "Safetensors", "Tensors", "Kernels", "JSON", "Files"])
targets += library("TokenStatistics", imports: ["Kernels"])
targets += library("RunLogs", imports: ["HDF5", "Files"])
targets += library("StatisticalInference", imports: [])
targets += library("Tasks", imports: ["JSON"], tests: ["Tokenization"])

// 4 work
targets += library(
  "Scoring",
  imports: [
    "Adapters", "Transformer", "TokenStatistics", "RunLogs", "Tokenization", "Safetensors",
    "Tensors", "Texts",
    "Kernels", "JSON", "Files", crypto,
  ])
targets += library(
  "Importing", imports: ["TokenStatistics", "RunLogs", "Texts", "JSON", "Files", crypto, yams])
targets += library(
  "Training",
  imports: [
    "Adapters", "Transformer", "TokenStatistics", "Tokenization", "Safetensors", "RunLogs",
    "Tensors", "Texts",
    "Tasks", "Kernels", "Files", "JSON", "StatisticalInference", yams,
  ])

targets += library(
  "WeightChanges",
  imports: [
    "Adapters", "Transformer", "Safetensors", "StatisticalInference", "Tensors", "Kernels", "Files",
  ], tests: ["JSON"])

// 5 results
targets += library(
  "Analysis",
  imports: [
    "Tokenization", "RunLogs", "StatisticalInference", "TokenStatistics", "Tasks", "Files", yams,
  ], tests: ["HDF5", "Scoring", "Transformer"], resources: [.embedInCode("Audit/Rules")])
targets += library(
  "Reporting",
  imports: [
    "Analysis", "WeightChanges", "Plotting", "TokenStatistics", "RunLogs", "StatisticalInference",
    "Tensors", "Files", crypto, mustache,
  ],
  tests: ["JSON"], resources: [.embedInCode("Templates")])

// 6 compositions: what commands do, without a command line
targets += library(
  "Inspection",
  imports: [
    "Reporting", "Analysis", "Scoring", "RunLogs", "StatisticalInference", "HDF5", "Adapters",
    "Transformer", "Tokenization", "Safetensors", "Tensors", "Kernels", "Files",
  ], tests: ["JSON"])
targets += library(
  "Study",
  imports: [
    "Reporting", "Analysis", "Training", "Tasks", "Scoring", "Importing", "RunLogs",
    "StatisticalInference", "WeightChanges", "Plotting", "Adapters", "Transformer", "Tokenization",
    "Kernels", "JSON", "Files", yams,
  ])

targets += library(
  "Gating",
  imports: [
    "Reporting", "Analysis", "RunLogs", "StatisticalInference", "Tasks", "Texts", "JSON", "Files",
    crypto, yams,
  ], tests: ["HDF5"])

targets += library(
  "SelfTesting",
  imports: [
    "Reporting", "Analysis", "Scoring", "RunLogs", "StatisticalInference", "Adapters",
    "Transformer",
    "Tokenization", "Safetensors", "Tensors", "Tasks", "Kernels", "Files",
  ], tests: ["JSON"])

targets += library(
  "Interventions",
  imports: [
    "Reporting", "Analysis", "Training", "Tasks", "Scoring", "RunLogs", "StatisticalInference",
    "TokenStatistics", "Plotting", "Adapters", "Transformer", "Tokenization", "Texts", "Kernels",
    "JSON", "Files",
  ])

// 7 executables
targets += [
  .executableTarget(
    name: "tokenshift",
    dependencies: [
      "SelfTesting", "Gating", "Study", "Interventions", "Inspection", "Scoring", "Importing",
      "Training", "Tasks", "Analysis", "Reporting", "WeightChanges", "TokenStatistics", "RunLogs",
      "HDF5", "Adapters", "Transformer",
      "Tokenization", "Safetensors", "StatisticalInference", "Plotting", "Tensors", "Texts",
      "Kernels", "Files", "JSON", argumentParser,
    ],
    exclude: ["README.md"], swiftSettings: .project, plugins: ["VersionStamp"]),
  .plugin(name: "VersionStamp", capability: .buildTool(), path: "Sources/VersionStamp"),
  .testTarget(
    name: "CommandLineTests",
    dependencies: ["tokenshift", "TestSupport", "HDF5", "RunLogs", "JSON"],
    swiftSettings: .project),
  .executableTarget(
    name: "tokenshift-bench",
    dependencies: [
      "Scoring", "Training", "Tasks", "Analysis", "RunLogs", "StatisticalInference", "Transformer",
      "TokenStatistics", "Tensors", "Kernels", "Files", argumentParser,
    ],
    exclude: ["README.md"], swiftSettings: .project),
  .testTarget(
    name: "ArchitectureTests", dependencies: ["TestSupport"], swiftSettings: .project),
  .target(
    name: "TestSupport", dependencies: ["HDF5", "JSON", "Tasks"], path: "Tests/TestSupport",
    exclude: ["README.md"], swiftSettings: .project),
]

let package = Package(
  name: "TokenShift",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "tokenshift", targets: ["tokenshift"]),
    .executable(name: "tokenshift-bench", targets: ["tokenshift-bench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: targets,
  swiftLanguageModes: [.v6]
)
