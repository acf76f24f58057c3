// Lint rules that keep the house in order. Types are checked by tsc and svelte-check; imports by the architecture test.
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';

const htmlSinks = ['innerHTML', 'outerHTML', 'srcdoc', 'insertAdjacentHTML'].map((name) => ({
  selector: `AssignmentExpression > MemberExpression[property.name='${name}']`,
  message: `${name} turns strings into markup; mail passes html/sanitize and arrives as nodes.`,
}));

const typed = {
  files: ['**/*.ts'],
  extends: [...ts.configs.recommended],
  languageOptions: { parserOptions: { projectService: false } },
  rules: {
    '@typescript-eslint/no-explicit-any': 'error',
    '@typescript-eslint/no-non-null-assertion': 'error',
    '@typescript-eslint/consistent-type-imports': ['error', { prefer: 'type-imports' }],
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  },
};

/** Rules that need type information, for the rooms where a forgotten promise loses mail. */
const promises = (files, project) => ({
  files,
  languageOptions: { parser: ts.parser, parserOptions: { project, tsconfigRootDir: import.meta.dirname } },
  plugins: { '@typescript-eslint': ts.plugin },
  rules: {
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
    '@typescript-eslint/await-thenable': 'error',
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  },
});

export default defineConfig(
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**', 'test-results/**'] },
  js.configs.recommended,
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
  typed,
  promises(['web/{wire,sasl,pop3,sync,message,model}/**/*.ts'], './web/tsconfig.pure.json'),
  promises(['web/{worker,transport,store}/**/*.ts'], './web/tsconfig.worker.json'),
  promises(['proxy/**/*.ts'], './proxy/tsconfig.json'),
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      'no-undef': 'off',
      'svelte/no-at-html-tags': 'error',
      'svelte/no-target-blank': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      // The plain rule takes the names of a function type's parameters for variables.
      'no-unused-vars': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
    plugins: { '@typescript-eslint': ts.plugin },
  },
  {
    files: ['web/**/*.ts', 'web/**/*.svelte', 'proxy/**/*.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    // The command speaks to whoever started it.
    files: ['proxy/main.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.ts', '**/*.svelte'],
    rules: {
      'no-undef': 'off',
      'no-restricted-syntax': [
        'error',
        ...htmlSinks,
        { selector: 'TSEnumDeclaration', message: 'No enums: use unions.' },
      ],
      eqeqeq: ['error', 'always'],
      'no-eval': 'error',
      'no-new-func': 'error',
    },
  },
);
