# Learning dynamics
#
# Each point is a checkpoint; its coordinates are its mean cross-entropies on texts of reference
# models: the sum of −log p over the tokens of all responses, given their prompts, at
# temperature 1, over the sum of their bytes (nats per byte of UTF-8, lower is nearer). An end
# token's cost counts, its bytes don't. Lines join the checkpoints of a run in the order of
# their steps; circle: its first, square: its last. base: 2 texts of 2 prompts, 30 bytes, 95 %
# interval over prompts at most ±0.898. sft-1: steps 0 to 150, 4 points. sft-2: steps 0 to 150,
# 4 points. rl: steps 0 to 150, 4 points.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot dynamics-1.gp
# It reads dynamics-1.tsv and writes dynamics-1.svg and dynamics-1.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 234,158 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_dynamics_1' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 234./72,158./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'dynamics-1.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.152
  set rmargin at screen 0.96154
  set bmargin at screen 0.15823
  set tmargin at screen 0.87975
  set border 15 linewidth 0.5
  set xrange [0:150]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '50' 50, '100' 100, '150' 150)
  set yrange [0.9892:1.1908]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('1.00' 1, '1.05' 1.05, '1.10' 1.1, '1.15' 1.15)
  set label 'step' at screen 0.55677,0.03797 center noenhanced front
  set label 'base'."'".'s texts (nats/byte)' at screen 0.03419,0.51899 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.09822,0.9462 to screen 0.17515,0.9462 nohead linewidth 1 linecolor rgb '#e69f00' dashtype solid
  set label 'sft' at screen 0.19224,0.9462 left font ',8' noenhanced front
  set arrow from screen 0.31193,0.9462 to screen 0.38885,0.9462 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'grpo' at screen 0.40595,0.9462 left font ',8' noenhanced front
  set label '' at screen 0.5641,0.9462 point pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000'
  set label 'first' at screen 0.61966,0.9462 left font ',8' noenhanced front
  set label '' at screen 0.77781,0.9462 point pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000'
  set label 'last' at screen 0.83337,0.9462 left font ',8' noenhanced front
  plot 'dynamics-1.tsv' index 0 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'dynamics-1.tsv' index 1 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'dynamics-1.tsv' index 2 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'dynamics-1.tsv' index 3 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'dynamics-1.tsv' index 4 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'dynamics-1.tsv' index 5 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'dynamics-1.tsv' index 6 using 1:2 with points pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'dynamics-1.tsv' index 7 using 1:2 with points pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle

  unset multiplot
  set output
}
