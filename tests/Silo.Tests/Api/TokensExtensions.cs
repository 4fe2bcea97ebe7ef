using Microsoft.Extensions.DependencyInjection;

namespace Orchestration.Silo.Tests.Api;

internal static class TokensExtensions
{
    public static Tokens GetTokens(this IServiceProvider services) => services.GetRequiredService<Tokens>();
}
