using System.Diagnostics;
using System.IO.Compression;

namespace Orchestration.Analyzers.Tests;

/// <summary>The library's package carries the rules, and a project that has nothing but the package gets them.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orchestration-package-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Package_ReferencedFromAFeed_BringsTheRules()
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var library = Path.Combine(Root(), "Workflows", "Workflows.csproj");
        var feed = _folder.CreateSubdirectory("feed").FullName;
        var (packed, output) = await DotnetAsync(Root(), "pack", library, "--no-build", "-c", configuration, "-o", feed,
            "-p:GenerateDocumentationFile=false");
        Assert.True(packed == 0, output);
        using (var package = ZipFile.OpenRead(Directory.GetFiles(feed, "*.nupkg").Single()))
        {
            var entries = package.Entries.Select(static e => e.FullName).ToList();
            Assert.Contains("analyzers/dotnet/cs/Orchestration.Analyzers.dll", entries);
            Assert.Contains("analyzers/dotnet/cs/Orchestration.Analyzers.CodeFixes.dll", entries);
            Assert.Contains("lib/net10.0/Orchestration.Workflows.dll", entries);
            Assert.DoesNotContain(entries, static e => e.StartsWith("lib/", StringComparison.Ordinal) && e.Contains("Analyzers"));
        }

        var application = _folder.CreateSubdirectory("application").FullName;
        await WriteApplicationAsync(application);
        var (built, said) = await DotnetAsync(application, "build", "-v", "q", "--nologo");
        Assert.True(built == 0, said);
        Assert.Contains("Careless.cs(6,", said, StringComparison.Ordinal);
        Assert.Contains("warning ORCHA001: 'DateTime.UtcNow', called by way of Clock.Now (Careless.cs:9)", said,
            StringComparison.Ordinal);
        Assert.DoesNotContain("AD0001", said, StringComparison.Ordinal);
        Assert.DoesNotContain("CS8032", said, StringComparison.Ordinal); // An analyzer that cannot be loaded.
    }

    private static async Task WriteApplicationAsync(string folder)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "nuget.config"), """
            <configuration>
              <packageSources><clear /><add key="feed" value="../feed" /></packageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
            </configuration>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Application.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <RestorePackagesPath>packages</RestorePackagesPath>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="Orchestration.Workflows" Version="*-*" /></ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Careless.cs"), """
            using Orchestration.Workflows;

            [Workflow("careless")]
            public sealed class Careless : Workflow<int, int>
            {
                public override Task<int> RunAsync(int input) => Task.FromResult(Clock.Now().Day);
            }

            public static class Clock { public static DateTime Now() => DateTime.UtcNow; }
            """);
    }

    private static async Task<(int Code, string Output)> DotnetAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        // What msbuild told this process of its own build is none of the other's business.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach (var name in start.Environment.Keys.Where(static k => k.StartsWith("MSBUILD", StringComparison.Ordinal)
            && k != "MSBUILDDISABLENODEREUSE").ToList()) start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    private static string Root()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Orchestration.sln"))) at = Path.GetDirectoryName(at.TrimEnd('/'))!;
        return at;
    }
}
