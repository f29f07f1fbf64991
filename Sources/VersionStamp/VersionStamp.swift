import Foundation
import PackagePlugin

/// Tells the tool of which commit it is built, for `--version`.
///
/// The file is written only where it changes, so that a build without a new commit compiles nothing.
@main struct VersionStamp: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = context.pluginWorkDirectoryURL.appending(path: "Stamp")
    return [
      .prebuildCommand(
        displayName: "Commit for --version", executable: URL(filePath: "/bin/sh"),
        arguments: [
          "-c", Self.script, context.package.directoryURL.path(percentEncoded: false),
          folder.path(percentEncoded: false),
        ], outputFilesDirectory: folder)
    ]
  }

  /// Empty without git, or where the sources lie in somebody else's repository.
  private static let script = #"""
    cd "$0" && mkdir -p "$1" || exit 1
    commit=""
    if [ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$(pwd -P)" ]; then
      commit=$(git rev-parse --short=9 HEAD 2>/dev/null)
      git diff --quiet HEAD 2>/dev/null || commit="$commit, changed"
    fi
    text="enum Stamp { static let commit = \"$commit\" }"
    file="$1/Stamp.swift"
    [ "$(cat "$file" 2>/dev/null)" = "$text" ] || printf '%s\n' "$text" > "$file"
    """#
}
