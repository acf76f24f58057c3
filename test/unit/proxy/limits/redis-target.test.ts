import { expect, it } from 'vitest';
import { parseRedisUrl, redisPlace, type RedisTarget } from '../../../../proxy/limits/redis-target.ts';

const PLAIN: RedisTarget = {
  host: 'redis.lan',
  port: 6379,
  isTls: false,
  user: null,
  password: null,
  database: 0,
};

it.each<[string, Partial<RedisTarget>]>([
  ['redis://redis.lan', {}],
  ['redis://redis.lan/', {}],
  ['rediss://redis.lan:6380', { isTls: true, port: 6380 }],
  ['redis://127.0.0.1:1/15', { host: '127.0.0.1', port: 1, database: 15 }],
  ['redis://[::1]:7000', { host: '::1', port: 7000 }],
  ['redis://:p%40ss%2Fword@redis.lan', { password: 'p@ss/word' }],
  ['redis://poplar:secret@redis.lan', { user: 'poplar', password: 'secret' }],
])('reads %s', (text, expected) => {
  expect(parseRedisUrl(text)).toEqual({ ...PLAIN, ...expected });
});

it.each([
  '',
  'redis.lan:6379',
  'redis://',
  'http://redis.lan',
  'redis://redis.lan:70000',
  'redis://redis.lan/cache',
  'redis://redis.lan/1/2',
  'redis://redis.lan?db=1',
  'redis://redis.lan#1',
  'redis://secret@redis.lan',
  'redis://:%ff@redis.lan',
])('does not take %j for a Redis', (text) => {
  expect(parseRedisUrl(text)).toBeNull();
});

it.each([
  ['redis://poplar:secret@redis.lan/3', 'redis.lan:6379'],
  ['rediss://:secret@[2001:db8::1]:6380', '[2001:db8::1]:6380'],
])('shows %s as its place alone', (text, expected) => {
  expect(redisPlace(parseRedisUrl(text) ?? PLAIN)).toBe(expected);
});
