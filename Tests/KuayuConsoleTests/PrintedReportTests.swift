import Foundation
import Testing

import KuayuConsole

/// Finding a browser, and what it is called with.
@Suite struct PrintedReportTests {
    private func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kuayu-print-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private func program(_ folder: URL, _ name: String, _ script: String) throws -> String {
        let path = folder.appending(path: name).path
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    @Test func saysWhatToDoWithoutABrowser() {
        let error = #expect(throws: PrintedReport.Failure.self) { try PrintedReport(environment: ["PATH": "/nowhere"]) }
        #expect(error?.help.contains("KUAYU_BROWSER") == true)
        #expect(throws: PrintedReport.Failure.self) { try PrintedReport(environment: ["KUAYU_BROWSER": "/nowhere/x"]) }
    }

    @Test func looksInThePathInOrder() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let chrome = try program(folder, "google-chrome", "exit 0")
        #expect(try PrintedReport(environment: ["PATH": folder.path]).browser == chrome)
        let chromium = try program(folder, "chromium", "exit 0")
        #expect(try PrintedReport(environment: ["PATH": folder.path]).browser == chromium)
        #expect(
            try PrintedReport(environment: ["PATH": folder.path, "KUAYU_BROWSER": chrome]).browser == chrome)
    }

    @Test func dropsTheSandboxForRootOnly() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let printer = try PrintedReport(environment: ["KUAYU_BROWSER": try program(folder, "b", "exit 0")])
        let root = printer.arguments(html: "/a b.html", pdf: "/p.pdf", profile: "/t", isRoot: true)
        #expect(root.contains("--no-sandbox") && root.last == "file:///a%20b.html")
        #expect(!printer.arguments(html: "/a", pdf: "/p", profile: "/t", isRoot: false).contains("--no-sandbox"))
    }

    @Test func reportsABrowserThatPrintsNothing() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let pdf = folder.appending(path: "out.pdf").path
        let silent = try PrintedReport(environment: ["KUAYU_BROWSER": try program(folder, "a", "exit 0")])
        #expect(throws: PrintedReport.Failure.self) { try silent.print(html: "/x.html", pdf: pdf) }
        let failing = try PrintedReport(
            environment: ["KUAYU_BROWSER": try program(folder, "b", "echo no display >&2; exit 3")])
        let error = #expect(throws: PrintedReport.Failure.self) { try failing.print(html: "/x.html", pdf: pdf) }
        #expect(error?.help.contains("no display") == true)
        let slow = try PrintedReport(
            environment: ["KUAYU_BROWSER": try program(folder, "c", "exec sleep 60")], limitMilliseconds: 40)
        #expect(throws: PrintedReport.Failure.self) { try slow.print(html: "/x.html", pdf: pdf) }
    }

    @Test func leavesTheFileThatTheBrowserMade() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = "for a in \"$@\"; do case $a in --print-to-pdf=*) echo x > \"${a#--print-to-pdf=}\";; esac; done"
        let printer = try PrintedReport(environment: ["KUAYU_BROWSER": try program(folder, "b", script)])
        let pdf = folder.appending(path: "out.pdf").path
        try printer.print(html: "/x.html", pdf: pdf)
        #expect(FileManager.default.fileExists(atPath: pdf))
    }
}
