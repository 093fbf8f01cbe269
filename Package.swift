// swift-tools-version: 6.2
// The house of kuayu. Rooms and arrows are explained in docs/ARCHITECTURE.md; an import that is not declared here
// fails the build (`make build` passes --explicit-target-dependency-import-check error).

import PackageDescription

/// Settings of every target of our own.
let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Settings of a pure target: values in, values out.
///
/// The compiler proves that it holds no pointer.
let pure: [SwiftSetting] = common + [.strictMemorySafety()]

// One room at a time: `KUAYU_ROOM=KuayuFormats swift test --scratch-path .build-room` loads that target, what it needs
// and its tests, and nothing else, so that the core builds in seconds.
let room = Context.environment["KUAYU_ROOM"]

func product(_ name: String, _ package: String) -> Target.Dependency { .product(name: name, package: package) }

var targets: [Target] = [
    // System libraries.
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

    // Pure core.
    .target(name: "KuayuModel", resources: [.embedInCode("Data")], swiftSettings: pure),
    .target(name: "KuayuFormats", swiftSettings: pure),
    .target(name: "KuayuRules", dependencies: ["KuayuModel"], swiftSettings: pure),
    .target(name: "KuayuEngine", dependencies: ["KuayuModel"], swiftSettings: pure),
    .target(name: "KuayuReconcile", dependencies: ["KuayuModel", "KuayuFormats"], swiftSettings: pure),
    .target(name: "KuayuEvidence", dependencies: ["KuayuModel", "KuayuFormats"], swiftSettings: pure),
    .target(
        name: "KuayuAdapters",
        dependencies: ["KuayuModel", "KuayuFormats", product("Yams", "Yams")],
        swiftSettings: pure),
    .target(
        name: "KuayuSimulation",
        dependencies: ["KuayuEngine", "KuayuRules", "KuayuReconcile", "KuayuModel"],
        swiftSettings: pure),

    // The shell and its drivers.
    .target(
        name: "KuayuGateway",
        dependencies: [
            "KuayuModel", "KuayuFormats", "KuayuRules", "KuayuEngine", "KuayuReconcile", "KuayuEvidence",
            "KuayuAdapters",
            product("Logging", "swift-log"),
            product("ServiceLifecycle", "swift-service-lifecycle"),
        ],
        swiftSettings: common),
    .target(
        name: "KuayuSQLite",
        dependencies: [
            "KuayuGateway", "KuayuEngine", "KuayuRules", "KuayuReconcile", "KuayuModel", product("GRDB", "GRDB.swift"),
        ],
        swiftSettings: common),
    .target(
        name: "KuayuCurl", dependencies: ["KuayuGateway", "KuayuModel", "CCurl"], swiftSettings: common),
    .target(name: "KuayuFiles", dependencies: ["KuayuGateway", "KuayuModel"], swiftSettings: common),
    .target(
        name: "KuayuFeeds", dependencies: ["KuayuReconcile", "KuayuModel", "CZlib"], swiftSettings: common),
    .target(
        name: "KuayuPostgreSQL", dependencies: ["KuayuReconcile", "KuayuModel", "CPostgreSQL"], swiftSettings: common),
    .target(
        name: "KuayuConsole",
        dependencies: ["KuayuReconcile", "KuayuModel", product("Mustache", "swift-mustache")],
        resources: [.embedInCode("Templates")], swiftSettings: common),
    .target(
        name: "KuayuCrypto", dependencies: ["KuayuModel", "KuayuEvidence", "COpenSSL"], swiftSettings: common),
    .target(
        name: "KuayuHTTP",
        dependencies: [
            "KuayuGateway", "KuayuModel", "KuayuFormats", "KuayuRules", "KuayuReconcile", "KuayuConsole",
            product("HummingbirdCore", "hummingbird"),
            product("HTTPTypes", "swift-http-types"), product("Logging", "swift-log"),
            product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio"), product("NIOSSL", "swift-nio-ssl"),
            product("ServiceLifecycle", "swift-service-lifecycle"),
        ],
        swiftSettings: common),
    .target(
        name: "KuayuHubs",
        dependencies: [
            "KuayuModel", "KuayuFormats", "KuayuAdapters", "KuayuReconcile", "KuayuCrypto", "KuayuCurl", "KuayuHTTP",
            "KuayuGateway", "KuayuEvidence", "KuayuPostgreSQL", "KuayuFeeds",
            product("Logging", "swift-log"), product("ServiceLifecycle", "swift-service-lifecycle"),
        ],
        swiftSettings: common),
    .target(
        name: "KuayuCLI",
        dependencies: [
            "KuayuModel", "KuayuFormats", "KuayuRules", "KuayuEngine", "KuayuReconcile", "KuayuEvidence",
            "KuayuAdapters", "KuayuGateway", "KuayuSQLite", "KuayuCurl", "KuayuFiles", "KuayuCrypto", "KuayuHTTP",
            "KuayuHubs", "KuayuFeeds", "KuayuPostgreSQL", "KuayuConsole",
            product("ArgumentParser", "swift-argument-parser"), product("Logging", "swift-log"),
            product("ServiceLifecycle", "swift-service-lifecycle"), product("UnixSignals", "swift-service-lifecycle"),
            product("Yams", "Yams"),
        ],
        swiftSettings: common),

    // Programs.
    .executableTarget(name: "kuayu", dependencies: ["KuayuCLI"], swiftSettings: common),
    .executableTarget(name: "kuayu-sim", dependencies: ["KuayuSimulation"], swiftSettings: common),
    .executableTarget(
        name: "kuayu-bench",
        dependencies: [
            "KuayuModel", "KuayuFormats", "KuayuEngine", "KuayuAdapters", "KuayuGateway", "KuayuSQLite", "KuayuCurl",
            "KuayuCrypto", "KuayuHTTP", "KuayuHubs", "KuayuCLI", "KuayuEvidence", "KuayuReconcile", "KuayuFeeds",
            "KuayuPostgreSQL", product("Logging", "swift-log"),
            product("GRDB", "GRDB.swift"),
        ],
        swiftSettings: common),

    // Tests.
    .target(
        name: "KuayuTestKit",
        dependencies: [
            "KuayuModel", "KuayuFormats", "KuayuRules", "KuayuEngine", "KuayuReconcile", "KuayuGateway",
            "KuayuEvidence",
        ],
        path: "Tests/KuayuTestKit", swiftSettings: common),
    .testTarget(name: "KuayuModelTests", dependencies: ["KuayuModel"], swiftSettings: common),
    .testTarget(name: "KuayuFormatsTests", dependencies: ["KuayuFormats"], swiftSettings: common),
    .testTarget(
        name: "KuayuRulesTests", dependencies: ["KuayuRules", "KuayuModel"], exclude: ["Vectors"],
        swiftSettings: common),
    .testTarget(
        name: "KuayuEngineTests", dependencies: ["KuayuEngine", "KuayuModel"], swiftSettings: common),
    .testTarget(
        name: "KuayuReconcileTests", dependencies: ["KuayuReconcile", "KuayuModel", "KuayuFormats"],
        exclude: ["Vectors"], swiftSettings: common),
    .testTarget(
        name: "KuayuFeedsTests", dependencies: ["KuayuFeeds", "KuayuReconcile", "KuayuModel"], swiftSettings: common),
    .testTarget(
        name: "KuayuPostgreSQLTests", dependencies: ["KuayuPostgreSQL", "KuayuReconcile", "KuayuModel"],
        swiftSettings: common),
    .testTarget(
        name: "KuayuConsoleTests", dependencies: ["KuayuConsole", "KuayuReconcile", "KuayuModel"],
        exclude: ["Golden"], swiftSettings: common),
    .testTarget(
        name: "KuayuSimulationTests",
        dependencies: ["KuayuSimulation", "KuayuEngine", "KuayuRules", "KuayuReconcile", "KuayuModel"],
        swiftSettings: common),
    .testTarget(
        name: "KuayuEvidenceTests", dependencies: ["KuayuEvidence", "KuayuModel", "KuayuFormats"],
        swiftSettings: common),
    .testTarget(
        name: "KuayuAdaptersTests", dependencies: ["KuayuAdapters", "KuayuModel", "KuayuFormats"],
        exclude: ["Fixtures"], swiftSettings: common),
    .testTarget(
        name: "KuayuCryptoTests", dependencies: ["KuayuCrypto", "KuayuEvidence", "KuayuModel"],
        swiftSettings: common),
    .testTarget(
        name: "KuayuGatewayTests",
        dependencies: [
            "KuayuGateway", "KuayuSQLite", "KuayuFiles", "KuayuCurl", "KuayuCrypto", "KuayuTestKit", "KuayuModel",
            "KuayuEngine", "KuayuRules", "KuayuReconcile", "KuayuEvidence", "KuayuAdapters", "KuayuHTTP",
            product("Logging", "swift-log"),
            product("GRDB", "GRDB.swift"),
        ],
        swiftSettings: common),
    .testTarget(
        name: "KuayuProgramTests",
        dependencies: [
            "KuayuCLI", "KuayuModel", "KuayuFormats", "KuayuAdapters", "KuayuCrypto", "KuayuCurl", "KuayuGateway",
            "KuayuHubs", "KuayuEvidence", "KuayuEngine", "KuayuRules", "KuayuReconcile", "KuayuTestKit",
            product("InMemoryLogging", "swift-log"), product("Logging", "swift-log"),
            product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio"), product("NIOSSL", "swift-nio-ssl"),
        ],
        exclude: ["Fixtures"], swiftSettings: common),
]

/// The targets that a room needs: itself, its tests, and everything below them.
func closure(of names: Set<String>, in targets: [Target]) -> [Target] {
    var wanted = names.union(names.map { $0 + "Tests" })
    var grows = true
    while grows {
        let needed = targets.filter { wanted.contains($0.name) }.flatMap(\.dependencies).compactMap { dependency in
            if case .byNameItem(let name, _) = dependency { name } else { nil }
        }
        grows = !wanted.isSuperset(of: needed)
        wanted.formUnion(needed)
    }
    return targets.filter { wanted.contains($0.name) }
}

var dependencies: [Package.Dependency] = [
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0", traits: []),
    .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache.git", from: "2.1.1"),
]

if let room {
    targets = closure(of: Set(room.split(separator: ",").map(String.init)), in: targets)
    let used = targets.flatMap(\.dependencies).compactMap { dependency in
        if case .productItem(_, let package, _, _) = dependency { package } else { nil }
    }
    dependencies = dependencies.filter { dependency in
        guard case .sourceControl(_, let location, _) = dependency.kind else { return false }
        return used.contains { location.hasSuffix("/\($0).git") }
    }
}

let package = Package(
    name: "kuayu",
    platforms: [.macOS(.v15)],
    dependencies: dependencies,
    targets: targets
)
