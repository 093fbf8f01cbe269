import Foundation

/// The terminal's output.
enum Terminal {
    /// Writes out what waits in the buffers, so that a reader at the other end of a pipe sees it.
    static func flush() { fflush(nil) }
}
