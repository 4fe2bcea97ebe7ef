#!/usr/bin/env bash
# What the analyzer adds to a build: a project of 800 files, 100 of them workflows, is rebuilt with it and without it in turns.
# Prints seconds of wall clock, and seconds of CPU of the build and its compiler together, for each build; then both medians.
#   benchmarks/Analyzers/measure.sh [PAIRS=8] [warm|cold]
set -euo pipefail
cd "$(dirname "$0")/../.."
pairs=${1:-8}; mode=${2:-warm}
root=$PWD
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
dotnet build "$root/Workflows" -c Release -v q --nologo -clp:NoSummary >/dev/null
dotnet build "$root/Analyzers" -c Release -v q --nologo -clp:NoSummary >/dev/null
library=$(find "$root/Workflows/bin/Release" -name 'Orchestration.Workflows.dll' | head -1)
analyzer=$(find "$root/Analyzers/bin/Release" -name 'Orchestration.Analyzers.dll' | head -1)

mkdir "$work/app"; cd "$work/app"
echo '<Project/>' | tee Directory.Build.props Directory.Build.targets Directory.Packages.props >/dev/null
cat > App.csproj <<X
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><Reference Include="$library" /><Analyzer Include="$analyzer" Condition="'\$(With)' == 'yes'" /></ItemGroup>
</Project>
X
for i in $(seq 100); do cat > "Workflow$i.cs" <<X
using Orchestration.Workflows;
namespace App;
public interface IParts$i { Task<string> ReserveAsync(string order, int units); Task ReleaseAsync(string reservation); Task<decimal> ChargeAsync(string order, decimal amount); }
[Workflow("order-$i")]
public sealed class Order$i : Workflow<Request$i, string>
{
    private readonly List<string> _notes = [];
    private bool _approved;
    [Signal] public void Approve(string by) { _approved = true; _notes.Add(Describe(by)); }
    [Query] public IReadOnlyList<string> Notes => _notes;
    [Update] public int Add(string note) { _notes.Add(note); return _notes.Count; }
    public override async Task<string> RunAsync(Request$i input)
    {
        var parts = Context.Activities<IParts$i>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
        var reservation = await parts.ReserveAsync(input.Order, input.Units);
        await Context.WhenAsync(() => _approved);
        try
        {
            var charged = await parts.ChargeAsync(input.Order, Price(input));
            await Context.DelayAsync(TimeSpan.FromHours(1));
            return \$"{reservation} at {charged} on {Context.UtcNow:O}";
        }
        catch (ActivityFailed e)
        {
            _notes.Add(Describe(e.Message));
            await parts.ReleaseAsync(reservation);
            throw;
        }
    }
    private static decimal Price(Request$i input) => Rates$i.Of(input.Units) * input.Units;
    private static string Describe(string text) => text.Length > 40 ? text[..40] : text;
}
public sealed record Request$i(string Order, int Units);
public static class Rates$i { public static decimal Of(int units) => units switch { < 10 => 4.5m, < 100 => 4.1m, _ => 3.9m }; }
X
done
for i in $(seq 700); do cat > "Service$i.cs" <<X
namespace App.Services;
public sealed record Item$i(int Id, string Name, decimal Price, DateTime Made);
public interface IStore$i { Task<Item$i?> FindAsync(int id, CancellationToken cancel); Task SaveAsync(Item$i item, CancellationToken cancel); }
public sealed class Service$i(IStore$i store, HttpClient http)
{
    private readonly Dictionary<int, Item$i> _cache = [];
    public async Task<Item$i> LoadAsync(int id, CancellationToken cancel)
    {
        if (_cache.TryGetValue(id, out var known)) return known;
        var item = await store.FindAsync(id, cancel);
        if (item is null)
        {
            var text = await http.GetStringAsync(\$"items/{id}", cancel);
            item = new Item$i(id, text.Trim(), text.Length, DateTime.UtcNow);
            await store.SaveAsync(item, cancel);
        }
        return _cache[id] = item;
    }
    public IReadOnlyList<Item$i> Dear(decimal limit) => _cache.Values.Where(i => i.Price > limit).OrderBy(i => i.Name).ToList();
    public decimal Total() => _cache.Values.Sum(static i => i.Price);
    public async Task<int> RefreshAsync(CancellationToken cancel)
    {
        var count = 0;
        foreach (var item in _cache.Values.ToArray())
        {
            await Task.Delay(Random.Shared.Next(10), cancel);
            await store.SaveAsync(item with { Made = DateTime.Now }, cancel);
            count++;
        }
        return count;
    }
}
X
done
dotnet restore -v q >/dev/null

export MSBUILDDISABLENODEREUSE=1
cpu() { awk '{ print ($14 + $15 + $16 + $17) / 100 }' "/proc/$1/stat" 2>/dev/null || echo 0; }
server() { pgrep -f "VBCSCompiler.*orchestration-analyzer-$$" | head -1 || true; }
build() {
  local shared=true before=0 after=0 pid start end times
  [ "$mode" = cold ] && shared=false
  pid=$(server); [ -n "$pid" ] && before=$(cpu "$pid")
  start=$(date +%s.%N)
  times=$( { TIMEFORMAT='%U %S'; time dotnet build --no-restore --no-incremental -v q --nologo -clp:NoSummary -p:With="$1" \
    -p:UseSharedCompilation=$shared -p:SharedCompilationId="orchestration-analyzer-$$" >/dev/null; } 2>&1 )
  end=$(date +%s.%N)
  pid=$(server); [ -n "$pid" ] && after=$(cpu "$pid")
  echo "$start $end $times $before $after" | awk '{ printf "%.2f %.2f\n", $2 - $1, $3 + $4 + $6 - $5 }'
}
median() { sort -g | awk '{ v[NR] = $1 } END { print (NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2) }'; }
[ "$mode" = warm ] && for i in 1 2 3; do build yes >/dev/null; build no >/dev/null; done
for i in $(seq "$pairs"); do
  order="no yes"; [ $((i % 2)) = 0 ] && order="yes no"
  for with in $order; do r=$(build $with); echo "$with $r"; echo "$r" >> "$work/$with"; done
done
for column in 1 2; do
  a=$(cut -d' ' -f$column "$work/no" | median); b=$(cut -d' ' -f$column "$work/yes" | median)
  awk -v a="$a" -v b="$b" -v c=$column 'BEGIN { printf "%s: %.2f s without, %.2f s with: %+.1f %%\n", c == 1 ? "wall" : "CPU", a, b, 100 * (b / a - 1) }'
done
pid=$(server); [ -n "$pid" ] && kill "$pid" || true
