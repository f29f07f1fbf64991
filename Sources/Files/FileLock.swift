import Foundation

/// A lock among processes, held until this value goes or its process ends, whatever ends that.
///
/// It is on an empty file beside what it guards, which stays: were it removed, two processes could hold
/// locks on two files of one name.
package struct FileLock: ~Copyable {
  private let descriptor: Int32

  /// Takes the lock, and waits for whoever holds it.
  ///
  /// - Parameters:
  ///   - path: of the lock's own file, which is made where it isn't there.
  ///   - patience: how long to wait.
  /// - Throws: `FileError`: that another process holds it, or the system's reason.
  package init(path: String, patience: Duration = .seconds(60)) throws(FileError) {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw FileError(path: path, number: errno) }
    let end = ContinuousClock.now + patience
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let number = errno
      // Some network disks can't lock; only a lock that someone holds stops us.
      guard number == EWOULDBLOCK || number == EINTR else { break }
      guard ContinuousClock.now < end else {
        close(descriptor)
        throw FileError(path: path, reason: "another process has held this lock for too long")
      }
      usleep(20_000)
    }
    self.descriptor = descriptor
  }

  /// Lets others have it, at a place that the compiler can't move.
  package consuming func release() {}

  deinit { close(descriptor) }
}
