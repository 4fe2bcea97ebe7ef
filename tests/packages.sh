#!/usr/bin/env bash
# Packs both flavours into a folder of its own and uses them as an application would: an author's library that references
# Orchestration.Workflows alone, a host of each flavour, with every store, that loads that same library and runs its workflow, and
# the author's tests, in virtual time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for flavour in Bundled Orleans; do
  for project in Workflows Grains/Kernel Grains/Storage Storage/Sqlite Storage/PostgreSql Storage/AzureStorage Storage/Moving Testing Hosting; do
    [ "$flavour" = Bundled ] || [ "$project" = Hosting ] || continue # the others are the same on both, or of one of them
    dotnet pack "$project" -c Release -o "$work/feed" -p:ActorRuntime=$flavour -v q --nologo -clp:NoSummary
  done
done

cat >"$work/Directory.Build.props" <<XML
<Project>
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <NuGetAudit>false</NuGetAudit>
    <RestoreAdditionalProjectSources>$work/feed</RestoreAdditionalProjectSources>
    <RestorePackagesPath>$work/packages</RestorePackagesPath>
    <RestoreFallbackFolders>$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: //')</RestoreFallbackFolders>
  </PropertyGroup>
</Project>
XML
mkdir "$work/Author"
cat >"$work/Author/Author.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <ItemGroup><PackageReference Include="Orchestration.Workflows" Version="0.1.0" /></ItemGroup>
</Project>
XML
cat >"$work/Author/Greeting.cs" <<'CS'
using Orchestration.Workflows;

[Workflow("greeting")]
public sealed class Greeting : Workflow<string, string>
{
    public override async Task<string> RunAsync(string name)
    {
        await Context.DelayAsync(name.Length > 10 ? TimeSpan.FromDays(30) : TimeSpan.FromMilliseconds(50));
        return await Context.Activities<IPeople>(new() { StartToCloseTimeout = TimeSpan.FromSeconds(10) }).GreetAsync(name);
    }
}

public interface IPeople
{
    Task<string> GreetAsync(string name);
}

public sealed class People : IPeople
{
    public Task<string> GreetAsync(string name) => Task.FromResult($"Hello, {name}!");
}
CS
dotnet build "$work/Author" -c Release -o "$work/author" -v q --nologo -clp:NoSummary

for flavour in Bundled Orleans; do
  mkdir "$work/$flavour"
  cat >"$work/$flavour/$flavour.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Orchestration.Hosting.$flavour" Version="0.1.0" />
    <PackageReference Include="Orchestration.Storage.Sqlite" Version="0.1.0" />
    <PackageReference Include="Orchestration.Storage.PostgreSql" Version="0.1.0" />
    <PackageReference Include="Orchestration.Storage.AzureStorage" Version="0.1.0" />
    <PackageReference Include="Orchestration.Storage.Moving" Version="0.1.0" />
    <Reference Include="$work/author/Author.dll" />
  </ItemGroup>
</Project>
XML
  cat >"$work/$flavour/Program.cs" <<'CS'
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Storage.AzureStorage;
using Orchestration.Storage.Moving;
using Orchestration.Storage.PostgreSql;
using Orchestration.Storage.Sqlite;
using Orleans.Hosting;

// The stores that need a server: they load, and refuse what is no address of theirs.
if (!Refuses(() => AzureStorageOptions.Parse("azure:")) || !Refuses(() => PostgreSqlStoreOptions.Parse("postgres://"))) return 2;
if (typeof(DataSetMover).Assembly.GetName().Name != "Orchestration.Storage.Moving") return 3;
if (typeof(Greeting).Assembly.GetReferencedAssemblies().Any(static a => a.Name!.StartsWith("Orleans", StringComparison.Ordinal))) return 4;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddSqliteStorage(store => store.Path = Path.Combine(args[0], "orchestration.db"));
builder.UseOrleans(silo =>
{
    silo.UseLocalhostClustering(SiloPorts.OrFree(0), SiloPorts.OrFree(0));
    silo.UseStoreReminders();
    silo.AddOrchestration(options => options.AddWorkflow<Greeting>().AddActivities<People>());
});
builder.Services.AddOrchestrationClient();
using var host = builder.Build();
await host.StartAsync();
var greeting = await host.Services.GetRequiredService<IWorkflowClient>().GetWorkflow<Greeting>("one").ExecuteAsync("Ada");
await host.StopAsync();
return greeting == "Hello, Ada!" ? 0 : 1;

static bool Refuses(Action open)
{
    try
    {
        open();
        return false;
    }
    catch (Orchestration.Grains.Storage.StoreRefused)
    {
        return true;
    }
}
CS
  dotnet build "$work/$flavour" -c Release -o "$work/run-$flavour" -v q --nologo -clp:NoSummary
  timeout 60 dotnet "$work/run-$flavour/$flavour.dll" "$work/data-$flavour"
  echo "$flavour: the author's library ran"
done

# The author's tests reference the library and the package for tests, and nothing else of the engine.
version() { sed -n "s/.*\"$1\" Version=\"\([0-9.]*\)\".*/\1/p" Directory.Packages.props; }
mkdir "$work/Tests"
cat >"$work/Tests/Tests.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <ItemGroup>
    <PackageReference Include="Orchestration.Testing" Version="0.1.0" />
    <PackageReference Include="Microsoft.NET.Test.Sdk" Version="$(version Microsoft.NET.Test.Sdk)" />
    <PackageReference Include="xunit" Version="$(version xunit)" />
    <PackageReference Include="xunit.runner.visualstudio" Version="$(version xunit.runner.visualstudio)" />
    <Reference Include="$work/author/Author.dll" />
  </ItemGroup>
</Project>
XML
cat >"$work/Tests/GreetingTests.cs" <<'CS'
using Orchestration.Client;
using Orchestration.Testing;
using Orchestration.Testing.Histories;
using Xunit;

public sealed class GreetingTests
{
    [Fact]
    public async Task Greeting_OfALongName_ComesAMonthLaterAndOverACrash()
    {
        await using var env = await WorkflowTestEnvironment.StartAsync(o => o.AddWorkflow<Greeting>());
        var greet = env.Activities.Mock((IPeople p) => p.GreetAsync("")).Returns("Hello!");
        var greeting = env.Client.GetWorkflow<Greeting>("one");
        var began = env.UtcNow;
        await greeting.StartAsync("Augusta Ada King");
        await env.CrashAsync(TimeSpan.FromDays(1));
        Assert.Equal("Hello!", await greeting.GetResultAsync());
        Assert.InRange(env.UtcNow - began, TimeSpan.FromDays(30), TimeSpan.FromDays(31));
        greet.ShouldHaveRun(1);

        var folder = Directory.CreateTempSubdirectory("histories-");
        await greeting.ExportHistoryAsync(Path.Combine(folder.FullName, "one.json"));
        var results = await new WorkflowReplayer(typeof(Greeting).Assembly).ReplayFolderAsync(folder.FullName);
        Assert.Single(results);
        results.ShouldAllFit();
        folder.Delete(recursive: true);
    }
}
CS
dotnet build "$work/Tests" -v q --nologo -clp:NoSummary
timeout 120 dotnet test "$work/Tests" --no-build --nologo
echo "The author's tests ran"

# Tests of a project that has the other flavour too are refused before they are compiled against either's assemblies.
sed 's|<PackageReference Include="Orchestration.Testing".*|&<PackageReference Include="Orchestration.Hosting.Orleans" Version="0.1.0" />|' \
  "$work/Tests/Tests.csproj" >"$work/Tests/Both.csproj"
rm -r "$work/Tests/Tests.csproj" "$work/Tests/obj"
if dotnet build "$work/Tests" -v q --nologo -clp:NoSummary >"$work/both.log"; then
  echo "A project with both flavours was built" >&2
  exit 1
fi
grep -q "Both gets both Orchestration.Hosting.Bundled and Orchestration.Hosting.Orleans: keep one" "$work/both.log" || { cat "$work/both.log"; exit 1; }
echo "Both flavours at once are refused"
